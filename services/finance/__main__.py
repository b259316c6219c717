"""`python -m services.finance …`: serve, indexes, schema, dead-letters, work-items, verify-ledger."""

import sys

from kit.command_line import run_command_line
from services.finance.app import PARTS

if __name__ == "__main__":
    sys.exit(run_command_line(PARTS))
