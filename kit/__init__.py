"""What every deployable is built from; knows no service."""
