#!/usr/bin/env python3
# coding: utf-8
"""The launcher of Passerelle: try `python3 run.py --help`.

Only the standard library, and only syntax that any Python can read, Python 2 included, so that one
that is too old can say so. The work is in the folder `tools`.
"""

import sys

MINIMUM = (3, 11)

if sys.version_info < MINIMUM:
    sys.stderr.write(
        "Passerelle demande Python 3.11 ou plus récent ; celui-ci est Python {0} ({1}).\n"
        "Passerelle needs Python 3.11 or newer; this is Python {0} ({1}).\n".format(
            ".".join(map(str, sys.version_info[:3])), sys.executable
        )
    )
    sys.exit(2)

from tools.launcher import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
