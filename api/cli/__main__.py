"""`python -m api.cli` is the `todoke` command."""

import sys

from api.cli.main import main

sys.exit(main())
