"""Turn a validated operation into the fetches that answer it."""
