"""What someone, or a fact heard from another service, can do in inspection: one file each."""
