"""The way in for manage.py: a mistake in .env or in a URL is one clear message and exit code 2."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from django.core.management import execute_from_command_line

from migration_app.engine.errors import DbsepError
from migration_app.management.outcome import asks_for_json, error_document

if TYPE_CHECKING:
    from collections.abc import Sequence


def execute(argv: Sequence[str]) -> None:
    """Run Django's command line; an error of ours that the settings raise ends it as a command would end."""
    try:
        execute_from_command_line(list(argv))
    except DbsepError as error:
        sys.stderr.write(f"error: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"hint: {error.hint}\n")
        if asks_for_json(argv):
            sys.stdout.write(json.dumps(error_document(error.message, error.hint, error.exit_code), indent=2) + "\n")
        sys.exit(error.exit_code)
