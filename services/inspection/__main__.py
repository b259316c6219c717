"""`python -m services.inspection …`: serve, indexes, schema, dead-letters, work-items."""

import sys

from kit.command_line import run_command_line
from services.inspection.app import PARTS

if __name__ == "__main__":
    sys.exit(run_command_line(PARTS))
