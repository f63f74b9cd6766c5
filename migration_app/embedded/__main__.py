"""Starts, stops and removes servers from a shell: `python -m migration_app.embedded remove DIRECTORY…`."""

from __future__ import annotations

import argparse
import sys

from migration_app.embedded import Cluster, remove
from migration_app.engine.errors import DbsepError


def main() -> int:
    """Do what the command line says for each directory."""
    parser = argparse.ArgumentParser(prog="python -m migration_app.embedded", description=__doc__)
    parser.add_argument("verb", choices=("start", "stop", "remove"))
    parser.add_argument("directories", nargs="+", metavar="DIRECTORY")
    asked = parser.parse_args()
    try:
        for directory in asked.directories:
            _do(asked.verb, directory)
    except DbsepError as error:
        sys.stderr.write(f"error: {error.message}\nhint: {error.hint}\n")
        return error.exit_code
    return 0


def _do(verb: str, directory: str) -> None:
    if verb == "remove":
        remove(directory)
    elif verb == "stop":
        known = Cluster.find(directory)
        if known:
            known.stop()
    else:
        started = Cluster.start(directory, durable=True)
        sys.stdout.write(f"{started.host}:{started.port} (password in {started.base / 'password'})\n")


if __name__ == "__main__":
    sys.exit(main())
