"""The registry's rules: plain Python, no I/O; the clock, ids and policies come in as arguments."""
