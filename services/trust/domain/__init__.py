"""The rules of property-management trusts: plain Python, no I/O."""
