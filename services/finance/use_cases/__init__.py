"""What someone, or a fact heard from another service, can do in finance: one file each."""
