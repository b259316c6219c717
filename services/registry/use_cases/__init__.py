"""What someone can do in the registry: one file per act; each loads, decides and saves with what happened."""
