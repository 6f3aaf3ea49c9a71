"""`python -m gradx_cli`."""

import sys

if not sys.flags.safe_path:
    # Python looks for modules in the working folder first; what lies there is not gradx's to run.
    del sys.path[0]

from gradx_cli.app import main

sys.exit(main())
