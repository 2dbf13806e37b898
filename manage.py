#!/usr/bin/env python
"""Django's command line, in the same environment as `./run`."""
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emr.settings")
    from emr import pg

    pg.ensure(os.environ.get("EMR_PG_KIND", "main"))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
