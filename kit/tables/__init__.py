"""Tables as files: written row by row with cells that no spreadsheet runs, and read in any usual encoding."""
