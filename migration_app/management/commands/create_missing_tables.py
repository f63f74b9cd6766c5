"""Create the core tables, and the parts of core tables, that production lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.hazards import MEANINGS
from migration_app.management.outcome import DONE, FOUND
from migration_app.management.statements import documents, script
from migration_app.services.creating import create_missing_tables

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console

    from migration_app.services.creating import Created


class Command(ServiceCommand):
    """`manage.py create_missing_tables --apply --confirm shop@db.example.org`."""

    help = "Create the core tables, and the parts of them, that a database lacks. Without --apply: show how."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the database and what applying needs."""
        super().add_arguments(parser)
        parser.add_argument("--database", default="prod", help="the alias to look at (default: prod)")
        parser.add_argument("--apply", action="store_true", help="create what is missing; without it, only show how")
        parser.add_argument(
            "--confirm", metavar="DATABASE@HOST", help="on production: which database you mean to change"
        )
        parser.add_argument(
            "--check", action="store_true", help="exit with 1 where something is missing and --apply isn't given"
        )

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Look for what is missing, and create it if that was asked."""
        result = create_missing_tables(options["database"], apply=options["apply"], confirm=options["confirm"])
        document = {
            "database": str(result.database),
            "missing": list(result.missing),
            "incomplete": {table: list(parts) for table, parts in result.incomplete.items()},
            "differences": [
                {"kind": each.kind, "address": each.address, "change": each.change, "hint": each.hint}
                for each in result.differences
            ],
            "breaking": [
                {"kind": each.address.kind, "address": str(each.address), "rows": each.rows, "query": each.query}
                for each in result.breaking
            ],
            "statements": documents(result.statements),
            "applied": result.applied,
            "digest": result.digest,
            "round_trips": result.round_trips,
        }
        unmet = options["check"] and result.statements and not result.applied
        return Outcome(
            document, FOUND if unmet else DONE, run=result.run, result=result, summary=f"{_counted(result)} are missing"
        )

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what is missing, how it is created, and what to type next."""
        result = outcome.result
        if not result.statements:
            _line(console, f"{result.database} has all the core tables: there is nothing to create")
        else:
            state = "created in" if result.applied else "missing in"
            _line(console, f"{_counted(result)} {state} {result.database}:")
        for table in result.missing:
            _line(console, f"  {table}")
        for table, parts in result.incomplete.items():
            _line(console, f"  of {table}: {', '.join(parts)}")
        if result.differences:
            _line(console, "\nOther differences between tables and models, which stay as they are:")
        for each in result.differences:
            _line(console, f"  {each.kind.replace('_', ' ')} {each.address} {each.words}. {each.hint}")
        if result.statements and not result.applied:
            _plan(console, result, self.options["database"])


def _plan(console: Console, result: Created, alias: str) -> None:
    _line(console, "\n" + script(result.statements))
    hazards = sorted({hazard for each in result.statements for hazard in each.hazards})
    for hazard in hazards:
        _line(console, f"{hazard}: {MEANINGS[hazard].reason}")
    for each in result.breaking:
        _line(console, f"{each.rows} rows stand in the way of {each.address.kind} {each.address}: {each.query}")
    if result.breaking:
        _line(console, "Nothing was changed. Mend these rows first: until then --apply is refused.")
        return
    _line(console, "Nothing was changed. To create what is missing:")
    _line(
        console,
        f"  manage.py create_missing_tables --database {alias} --apply --confirm '{result.database.confirmation}'",
    )


def _counted(result: Created) -> str:
    parts = sum(map(len, result.incomplete.values()))
    more = f" and {parts} parts of others" if parts else ""
    return f"{len(result.missing)} core tables{more}"


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
