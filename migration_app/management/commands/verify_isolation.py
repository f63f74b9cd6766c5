"""Prove that the test database is apart from production, and that a command leaves production alone."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.verifying import Isolation, verify_isolation

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py verify_isolation -- pytest`."""

    help = "Prove that tests can't reach production; with `-- COMMAND …` also watch production while it runs."
    requires_system_checks: Any = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add both sides and the command."""
        super().add_arguments(parser)
        parser.add_argument("--source", default="prod", help="the alias of production (default: prod)")
        parser.add_argument("--target", default="test", help="the alias that tests use (default: test)")
        parser.add_argument("command", nargs=argparse.REMAINDER, help="after --: what to run, pytest for example")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Verify, and run the command."""
        command = options["command"][1:] if options["command"][:1] == ["--"] else options["command"]
        result = verify_isolation(options["source"], options["target"], command=command)
        code = 0 if result.met else 1
        return Outcome(_document(result), exit_code=code, run=result.run, result=result, summary="not isolated")

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what is proven and what was seen."""
        result: Isolation = outcome.result
        verdict = "[green]apart[/green]" if result.proof.distinct else "[red]not apart[/red]"
        console.print(f"{result.proof.source} and {result.proof.target}: {verdict} ({result.proof.kind})")
        if result.proof.note:
            console.print(result.proof.note)
        for each in result.credentials:
            console.print(f"production's credentials can be read from {each.place} {each.name}".rstrip())
        if result.watched is not None:
            console.print(f"the command ended with {result.watched.exit_code}")
            console.print(f"rows written to production meanwhile: {result.watched.rows}")
            for write in result.watched.writes:
                console.print(f"  {write.table}: +{write.inserted} ~{write.updated} -{write.deleted}")
            for name in result.watched.sessions:
                console.print(f"a session from here was on production: {name}")


def _document(result: Isolation) -> dict[str, object]:
    watched = result.watched
    return {
        "distinct": result.proof.distinct,
        "proof": {
            "kind": result.proof.kind,
            "note": result.proof.note,
            "source": result.proof.source.document(),
            "target": result.proof.target.document(),
        },
        "production_writes": None if watched is None else watched.rows,
        "writes": [] if watched is None else [{"table": w.table, "rows": w.rows} for w in watched.writes],
        "sessions": [] if watched is None else list(watched.sessions),
        "command_exit_code": None if watched is None else watched.exit_code,
        "credentials_visible": [f"{each.place}: {each.name}".removesuffix(": ") for each in result.credentials],
    }
