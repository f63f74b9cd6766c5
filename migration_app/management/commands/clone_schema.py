"""Phase 3: give the test database production's exact schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from migration_app.management import formats, statements
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.outcome import DONE, FOUND
from migration_app.services.cloning import What, clone_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.management.base import CommandParser
    from rich.console import Console

    from migration_app.engine.diff import Skipped
    from migration_app.services.cloning import Cloned

_SHOWN = 10


class Command(ServiceCommand):
    """`manage.py clone_schema --source prod --target test`."""

    help = "Create every object of one database's schema in another: all of them, checked, or none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the two sides, the part wanted, and the ways to look before."""
        super().add_arguments(parser)
        parser.add_argument("--source", default="prod", help="the alias to copy, or snapshot:FILE (default: prod)")
        parser.add_argument("--target", default="test", help="the alias that gets the schema (default: test)")
        _add_parts(parser)
        parser.add_argument("--dry-run", action="store_true", help="show what would be done; change nothing")
        parser.add_argument("--sql", metavar="FILE", type=Path, help="write the statements to a file, too")
        parser.add_argument("--recreate", action="store_true", help="drop what the target holds first; needs --confirm")
        parser.add_argument(
            "--engine",
            choices=("native", "pg_dump"),
            default="native",
            help="pg_dump has PostgreSQL's own tool write the statements (default: native)",
        )
        parser.add_argument(
            "--judge", choices=("pg_dump",), help="have PostgreSQL's own tool compare both sides after it"
        )
        parser.add_argument("--confirm", metavar="DATABASE@HOST", help="the target, typed out, for --recreate")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Clone."""
        what = What(
            schemas=tuple(options["schema"]),
            exclude_schemas=tuple(options["exclude_schema"]),
            tables=tuple(options["table"]),
            core=options["core"],
            include_legacy=options["include_legacy"],
            include_outbound=options["include_outbound"],
            skip=tuple(options["skip"]),
        )
        result = clone_schema(
            options["source"],
            options["target"],
            what=what,
            dry_run=options["dry_run"],
            recreate=options["recreate"],
            confirm=options["confirm"],
            engine=options["engine"],
            second_opinion=options["judge"] is not None,
        )
        if options["sql"]:
            between = f"{result.source} → {result.target}"
            statements.write_script(options["sql"], result.statements, between=between, digest=result.digest)
        agreed = result.judge is None or result.judge.agrees
        return Outcome(
            _document(result),
            DONE if agreed else FOUND,
            run=result.run,
            result=result,
            summary="pg_dump and the engine disagree",
        )

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what was created, what was left out and why, and what comes next."""
        result: Cloned = outcome.result
        verb = "cloned" if result.applied else "would clone"
        console.print(f"{verb} {escape(str(result.source))} → {escape(str(result.target))}\n", highlight=False)
        _kinds(console, result)
        if result.brought_along:
            console.print("\n[bold]came along[/bold], because the chosen tables need them")
            _listed(console, (f"{address.kind} {address}" for address in result.brought_along))
        if result.absent:
            console.print("\n[yellow]core tables that the source lacks[/yellow] (create_missing_tables makes them)")
            _listed(console, result.absent)
        _skipped(console, result.skipped)
        if result.unfilled:
            console.print("\n[yellow]materialized views that could not be filled[/yellow]")
            _listed(console, result.unfilled)
        console.print()
        total = sum(result.objects.values())
        if result.applied:
            console.print(
                f"[green]{total} objects created and verified[/green] by {len(result.statements)} statements in "
                f"{result.seconds:.1f} s, {result.round_trips} round trips",
                highlight=False,
            )
            console.print("next: manage.py check_drift finds whether the two stay the same", highlight=False)
        else:
            console.print(
                f"{total} objects by {len(result.statements)} statements; nothing was changed", highlight=False
            )
            if not self.options["sql"]:
                console.print("next: without --dry-run it is done; --sql FILE writes the statements", highlight=False)
        if result.judge is not None:
            formats.render_judgement(console, result.judge)
        if self.options["sql"]:
            console.print(f"the statements are in {escape(str(self.options['sql']))}", highlight=False)


def _add_parts(parser: CommandParser) -> None:
    many: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME"}
    parser.add_argument("--schema", **many, help="only this schema (may be given again)")
    parser.add_argument("--exclude-schema", **many, help="not this schema (may be given again)")
    parser.add_argument("--table", **many, help="only this table and what it needs (may be given again)")
    parser.add_argument("--core", action="store_true", help="only the core tables and what they need")
    parser.add_argument("--include-legacy", action="store_true", help="the legacy test tables, too")
    parser.add_argument(
        "--include-outbound",
        action="store_true",
        help="webhooks, functions that call production, foreign servers and user mappings, too",
    )
    parser.add_argument(
        "--skip", **many, help="not this object: its kind and address, as an error names it (may be given again)"
    )


def _kinds(console: Console, result: Cloned) -> None:
    table = Table("kind", "objects", box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.columns[1].justify = "right"
    for kind, count in result.objects.items():
        table.add_row(kind, str(count))
    console.print(table)


def _skipped(console: Console, skipped: tuple[Skipped, ...]) -> None:
    reasons: dict[str, list[str]] = {}
    for each in skipped:
        reasons.setdefault(each.reason, []).append(f"{each.address.kind} {each.address}")
    if reasons:
        console.print("\n[bold]left out[/bold]")
    for reason, names in reasons.items():
        console.print(f"  {escape(reason)}: {len(names)}", highlight=False)
        _listed(console, names, indent="    ")


def _listed(console: Console, names: Iterable[str], indent: str = "  ") -> None:
    found = tuple(names)
    for name in found[:_SHOWN]:
        console.print(f"{indent}{escape(name)}", highlight=False)
    if len(found) > _SHOWN:
        console.print(f"{indent}… and {len(found) - _SHOWN} more (--format json lists all)", highlight=False)


def _document(result: Cloned) -> dict[str, object]:
    return {
        "source": str(result.source),
        "target": str(result.target),
        "objects": dict(result.objects),
        "statements": statements.documents(result.statements),
        "skipped": [
            {"kind": each.address.kind, "address": str(each.address), "reason": each.reason} for each in result.skipped
        ],
        "brought_along": [{"kind": each.kind, "address": str(each)} for each in result.brought_along],
        "absent": list(result.absent),
        "unfilled": list(result.unfilled),
        "applied": result.applied,
        "verified": result.verified,
        "hash": result.hash,
        "digest": result.digest,
        "round_trips": result.round_trips,
        "seconds": round(result.seconds, 3),
        "run": result.run,
        **({} if result.judge is None else {"judge": formats.judgement_document(result.judge)}),
    }
