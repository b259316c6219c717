"""How the rows of a ledger land in the registry, one module per sheet; every batch is one unit of work."""
