#!/usr/bin/env python
"""Django's command line for the host project."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dbsep_project.settings")
    from migration_app.management.entry import execute

    execute(sys.argv)


if __name__ == "__main__":
    main()
