#!/usr/bin/env python
"""Django's command line, with o2c's own PostgreSQL behind it when none is named."""

import os
import sys

from django.core.management import execute_from_command_line

from o2c.local import environment
from o2c.local.instance import LocalServerError


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")
    try:
        environment.prepare(sys.argv[1:])
    except LocalServerError as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
