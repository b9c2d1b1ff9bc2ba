"""`python -m dsfleet`: the same as the program `dsfleet`."""

import sys

from dsfleet.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
