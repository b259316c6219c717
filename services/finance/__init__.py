"""Finance: money of estates in the right account; in this release the performance deposit (履约保证金).

It owns PerformanceDeposit, CustodyAccount and LedgerEntry, and adds `deposits` to Estate, `deposit` to ServiceContract
and `depositCustodyAccount` to Street. Of estates, contracts and joint decisions it keeps projections of the registry's
facts.
"""
