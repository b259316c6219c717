"""What trust keeps: the terms of trust contracts."""
