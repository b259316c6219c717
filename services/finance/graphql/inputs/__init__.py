"""What finance's mutations take, by area."""
