"""Double-entry ledger: postings of linked transfers, sealed afterwards into a Merkle tree for each book.

* `transfers.py`, `merkle.py`: plain Python, for rules as well.
* `store.py`: what a use case calls: accounts, postings, reversals, reservations, balances, periods, the bank.
* `sealer.py`: numbers and hashes committed postings; `verify.py`: reports every broken entry.

No code here updates or deletes a posting or an entry: a correction is a reversal. What changes is the account's
balance, which can be replayed from its entries at any time.
"""
