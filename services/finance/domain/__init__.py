"""The rules of deposits and their custody: plain Python, no I/O."""
