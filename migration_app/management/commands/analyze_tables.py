"""Phase 0: list the tables by what they are; nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.analyzing import Analysis, analyze_tables, as_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.management.base import CommandParser
    from rich.console import Console

_SIZES = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1024


class Command(ServiceCommand):
    """`manage.py analyze_tables --database prod --prefix test_`."""

    help = "List paired, test-only, production-only, missing and look-alike tables. Nothing changes."
    requires_system_checks: Any = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the database and the prefix."""
        super().add_arguments(parser)
        parser.add_argument("--database", default="prod", help="the alias to look at (default: prod)")
        parser.add_argument("--prefix", help="what test tables' names begin with (default: DBSEP['PREFIX'], test_)")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Analyse."""
        result = analyze_tables(options["database"], prefix=options["prefix"])
        return Outcome(_document(result), run=result.run, result=result)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Print the counts, then each sort of table."""
        result: Analysis = outcome.result
        console.print(f"{result.database}: tables by the exact prefix {result.prefix!r}", highlight=False)
        counts = Table("tables", "", box=None, show_header=False)
        for name, number in result.counts.items():
            counts.add_row(name.replace("_", " "), str(number))
        console.print(counts)
        _pairs(console, result)
        _listed(console, result, "test-only", result.test_only)
        _listed(console, result, "production-only", result.production_only)
        _listed(console, result, "core tables that production lacks", result.core_missing)
        if result.look_alikes:
            console.print("\n[bold]look-alikes, which stay[/bold]")
            for each in result.look_alikes:
                console.print(f"  {escape(each.table)}: {escape(each.reason)}", highlight=False)
        if result.test_objects:
            console.print("\n[bold]other objects of the tests[/bold]")
            for name in result.test_objects:
                console.print(f"  {escape(name)}", highlight=False)
        if any(each.estimated for each in result.tables.values()):
            console.print("\n~ is an estimate by the server's statistics: the table is large or may not be read")


def _pairs(console: Console, result: Analysis) -> None:
    if not result.paired:
        return
    console.print("\n[bold]paired[/bold] (production's table, its test copy, and how the copy differs)")
    for pair in result.paired:
        console.print(
            f"  {escape(pair.table)} {_size(result, pair.table)} · {escape(pair.test_table)} "
            f"{_size(result, pair.test_table)}",
            highlight=False,
        )
        for difference in pair.differences:
            console.print(f"      {escape(difference.text)}", highlight=False)
        if not pair.differences:
            console.print("      the same shape", highlight=False)


def _listed(console: Console, result: Analysis, title: str, names: Iterable[str]) -> None:
    names = tuple(names)
    if names:
        console.print(f"\n[bold]{title}[/bold]")
    for name in names:
        console.print(f"  {escape(name)} {_size(result, name)}", highlight=False)


def _size(result: Analysis, name: str) -> str:
    count = result.tables.get(name)
    if count is None:
        return ""
    return f"({'~' if count.estimated else ''}{count.rows:,} rows, {_readable(count.bytes)})"


def _readable(size: float) -> str:
    for unit in _SIZES:
        if size < _STEP or unit == _SIZES[-1]:
            return f"{size:.0f} {unit}" if unit in _SIZES[:2] else f"{size:.1f} {unit}"
        size /= _STEP
    return ""


def _document(result: Analysis) -> dict[str, object]:
    return {
        "database": result.database.document(),
        "prefix": result.prefix,
        "counts": dict(result.counts),
        "paired": [
            {"table": pair.table, "test_table": pair.test_table, "differences": as_rows(pair.differences)}
            for pair in result.paired
        ],
        "test_only": list(result.test_only),
        "production_only": list(result.production_only),
        "core_missing": list(result.core_missing),
        "look_alikes": [{"table": each.table, "reason": each.reason} for each in result.look_alikes],
        "test_objects": list(result.test_objects),
        "tables": {
            name: {"rows": each.rows, "estimated": each.estimated, "bytes": each.bytes, "readable": each.readable}
            for name, each in result.tables.items()
        },
        "hash": result.hash,
        "round_trips": result.round_trips,
    }
