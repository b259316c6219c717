"""The demonstration city: an invented estate ledger (台账) over real districts and streets."""
