"""Prove that the test database is apart from production, and that a command leaves production alone."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.trespassing import Way
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
        code = 0 if result.met and result.shut else 1
        summary = "tests could change production" if result.met else "not isolated"
        return Outcome(_document(result), exit_code=code, run=result.run, result=result, summary=summary)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what is proven and what was seen."""
        result: Isolation = outcome.result
        verdict = "[green]apart[/green]" if result.proof.distinct else "[red]not apart[/red]"
        console.print(f"{result.proof.source} and {result.proof.target}: {verdict} ({result.proof.kind})")
        if result.proof.note:
            console.print(result.proof.note)
        for each in result.credentials:
            console.print(f"production's credentials can be read from {each.place} {each.name}".rstrip())
        for way in result.ways:
            self._say(console, way)
        if result.watched is not None:
            console.print(f"the command ended with {result.watched.exit_code}")
            console.print(f"rows written to production meanwhile: {result.watched.rows}")
            for write in result.watched.writes:
                console.print(f"  {write.table}: +{write.inserted} ~{write.updated} -{write.deleted}")
            for name in result.watched.sessions:
                console.print(f"a session from here was on production: {name}")
            if result.watched.dialed is not None:
                console.print(f"connections from this machine to production: {result.watched.dialed}")
            elif result.watched.begun:
                console.print(f"sessions begun on production, by whom isn't known: {result.watched.begun}")
        if result.script:
            console.print("what closes it, for psql:\n")
            console.print(result.script, markup=False, highlight=False, soft_wrap=True)

    def _say(self, console: Console, way: Way) -> None:
        """Say what one user and password could do."""
        name = f"{way.user or 'nobody'} ({', '.join(way.places)})"
        found = way.powers
        if found is None:
            console.print(f"{name} can't get into production: {way.reason}", markup=False, highlight=False)
            return
        could = [*found.attributes, *(f"{word} on {number} tables" for word, number in found.privileges)]
        could += ["owner of the database"] * found.owns_database + ["CREATE on the database"] * found.may_create
        console.print(f"{name} gets into production: {', '.join(could) or 'it can only read'}", markup=False)
        if found.wrote:
            around = ", though its transactions begin read-only" if found.read_only else ""
            console.print(f"  PostgreSQL would have run {found.wrote}{around}", markup=False, highlight=False)


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
        "connections": None if watched is None else watched.dialed,
        "sessions_begun": None if watched is None else watched.begun,
        "ways": [way.document() for way in result.ways],
        "shut": result.shut,
        "script": result.script,
        "command_exit_code": None if watched is None else watched.exit_code,
        "credentials_visible": [str(each) for each in result.credentials],
    }
