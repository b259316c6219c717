"""What a query may ask before any work is done for it: read off its text, refused with the limit and the value."""
