"""What the documents say: one data file per district with value, unit, clause and status, and their typed reader."""
