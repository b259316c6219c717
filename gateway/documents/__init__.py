"""Documents that clients name instead of sending: the trusted list, and what clients registered themselves."""
