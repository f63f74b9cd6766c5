"""Renders the reference of the commands from their parsers: ``python -m tests.documentation.commands`` writes it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import django
from django.core.management import get_commands, load_command_class
from django.core.management.base import DjangoHelpFormatter

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "commands.md"
DJANGOS_OWN = {
    "--help",
    "--version",
    "--verbosity",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
}
HEAD = """# Commands

Made from the commands' own parsers by `python -m tests.documentation.commands`; a test holds it to them.

Every command takes `--format text|json` and Django's own options (`--verbosity`, `--no-color`, `--traceback`, …).
JSON is one document on stdout; progress, logs and warnings go to stderr.

| exit code | meaning |
|---|---|
| 0 | done, or nothing differs |
| 1 | it ran, and differences or unmet expectations were found |
| 2 | error: usage, connection, SQL, a missing privilege |
| 3 | refused by a guard |
"""


def names() -> list[str]:
    """Give the names of our commands."""
    return sorted(name for name, app in get_commands().items() if app == "migration_app")


def parser_of(name: str) -> argparse.ArgumentParser:
    """Give a command's parser."""
    return load_command_class("migration_app", name).create_parser("manage.py", name)


def options_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Give the options that are ours, in their order."""
    return [
        action
        for action in parser._actions
        if not DJANGOS_OWN.intersection(action.option_strings) and action.help != argparse.SUPPRESS
    ]


def render() -> str:
    """Give the whole page."""
    return HEAD + "".join(_section(name) for name in names())


def _section(name: str) -> str:
    command = load_command_class("migration_app", name)
    parser = parser_of(name)
    rows = "".join(_row(parser, action) for action in options_of(parser))
    return f"\n## {name}\n\n{command.help}\n\n| argument | meaning |\n|---|---|\n{rows}"


def _row(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    formatter = DjangoHelpFormatter(parser.prog)
    metavar = str(action.metavar or action.dest.upper())
    words = "" if action.nargs == 0 else formatter._format_args(action, metavar)
    name = action.option_strings[-1] if action.option_strings else ""
    given = " ".join(filter(None, (name, words)))
    if action.choices is not None and action.option_strings:
        given = f"{name} {'|'.join(map(str, action.choices))}"
    text = formatter._expand_help(action) if action.help else ""
    return f"| `{_cell(given)}` | {_cell(text)} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(render(), encoding="utf-8")
