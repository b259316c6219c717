"""What someone, or a fact heard from another service, can do in trust: one file each."""
