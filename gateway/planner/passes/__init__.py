"""Rewrites of a finished plan, one per file; each keeps the answer and saves requests or levels."""
