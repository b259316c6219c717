"""The rules of credit scores and the blacklist: plain Python, no I/O."""
