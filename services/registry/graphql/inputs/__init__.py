"""What the registry's mutations are given, by area."""
