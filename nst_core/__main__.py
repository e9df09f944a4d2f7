"""`python -m nst_core` is the command `nst`."""

import sys

from nst_core.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
