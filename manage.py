#!/usr/bin/env python
"""Django's command line for Passerelle."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))


def main() -> None:
    """Run one Django management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
