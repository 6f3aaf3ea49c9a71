"""`python -m gradx_cli`."""

import sys

from gradx_cli.app import main

sys.exit(main())
