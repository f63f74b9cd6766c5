"""A drift check for a person at a terminal: what matters most first, both sides' values beside each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from migration_app.engine.model import Severity, Verdict
from migration_app.management import statements

from .judgement import render_judgement
from .values import is_long, readable, unified

if TYPE_CHECKING:
    from rich.console import Console

    from migration_app.services.drift import Difference, Drift

_TITLES: Final = {
    Severity.ERROR: ("red", "errors", "statements or rows may fail, or privileges differ"),
    Severity.WARNING: ("yellow", "warnings", "the same answers, at another cost"),
    Severity.INFO: ("cyan", "notes", "words for people"),
}
_SIGNS: Final = {Verdict.REMOVED: "-", Verdict.ADDED: "+", Verdict.CHANGED: "~"}


def render(console: Console, result: Drift, *, sql: bool = False) -> None:
    """Print the result."""
    _sides(console, result)
    parts = Counter(each.part_of for each in result.differences if each.part_of)
    for severity, (colour, title, meaning) in _TITLES.items():
        found = [each for each in result.differences if each.severity is severity and not each.part_of]
        if found:
            console.print(f"\n[bold {colour}]{title}[/bold {colour}] ({len(found)}): {meaning}", highlight=False)
            _differences(console, found, parts)
    _fixes(console, result)
    _skipped(console, result)
    _unmodelled(console, result)
    _verdict(console, result, sql=sql)
    if result.judge is not None:
        render_judgement(console, result.judge)


def _sides(console: Console, result: Drift) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, side, digest in (
        ("source", result.source, result.source_hash),
        ("target", result.target, result.target_hash),
    ):
        table.add_row(f"[bold]{name}[/bold]", escape(str(side)), f"[dim]{digest[:12]}[/dim]")
    console.print(table)


def _differences(console: Console, shown: list[Difference], parts: Counter[str]) -> None:
    table = Table(box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    for header in ("", "object", "attribute", "source", "target"):
        table.add_column(header, overflow="fold")
    for each in shown:
        name = f"[dim]{escape(each.kind)}[/dim] {escape(each.address)}"
        if each.change is not Verdict.CHANGED:
            along = parts[f"{each.kind} {each.address}"]
            more = f" (and {along} part{'s' if along > 1 else ''} of it)" if along else ""
            table.add_row(_SIGNS[each.change], name, "", *_absent(each, more))
            continue
        for position, (attribute, (source, target)) in enumerate(each.shown().items()):
            values = ("see below", "see below") if is_long(source, target) else (readable(source), readable(target))
            first = (_SIGNS[each.change], name) if position == 0 else ("", "")
            table.add_row(*first, attribute, *map(escape, values))
    console.print(table)
    for each in shown:
        if each.change is Verdict.CHANGED:
            _long(console, each)


def _fixes(console: Console, result: Drift) -> None:
    fixes = [each for each in result.differences if each.fix]
    if fixes:
        console.print("\n[bold]lines for the models[/bold]")
        for each in fixes:
            console.print(f"  [dim]{escape(each.address)}[/dim]  {escape(each.fix)}", highlight=False)


def _absent(each: Difference, more: str) -> tuple[str, str]:
    if each.kind == "model":
        return (
            ("in the database", "[bold]not in the model[/bold]")
            if each.change is Verdict.REMOVED
            else (
                "[bold]not in the database[/bold]",
                "in the model",
            )
        )
    here = f"there{more}"
    return (here, "[bold]missing[/bold]") if each.change is Verdict.REMOVED else ("[bold]missing[/bold]", here)


def _long(console: Console, each: Difference) -> None:
    for attribute, (source, target) in each.shown().items():
        if is_long(source, target):
            console.print(f"\n[dim]{escape(each.kind)}[/dim] {escape(each.address)}: {attribute}", highlight=False)
            console.print(Syntax(unified(source, target), "diff", background_color="default", word_wrap=True))


def _skipped(console: Console, result: Drift) -> None:
    reasons = Counter(each.reason for each in result.skipped)
    if reasons:
        words = ", ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items()))
        console.print(f"\n[dim]left out of the comparison ({escape(words)})[/dim]", highlight=False)


def _unmodelled(console: Console, result: Drift) -> None:
    if result.unmodelled:
        console.print(
            f"\n[bold yellow]not compared[/bold yellow] ({len(result.unmodelled)}): objects of kinds that are not "
            "carried yet; --judge pg_dump compares them",
            highlight=False,
        )
        for each in result.unmodelled:
            console.print(f"  {escape(str(each))}", highlight=False)


def _verdict(console: Console, result: Drift, *, sql: bool) -> None:
    console.print()
    if result.identical:
        console.print(f"[green]identical[/green]: {result.objects} objects compared", highlight=False)
        return
    outermost = sum(not each.part_of for each in result.differences)
    along = f", {len(result.differences)} with all their parts" if outermost < len(result.differences) else ""
    console.print(f"[bold]{outermost} objects differ[/bold]{along}, of {result.objects} compared", highlight=False)
    if sql:
        text = statements.script(result.statements, title="brings the target to the source's schema")
        console.print()
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        console.print(
            "next: manage.py sync_schema plans the statements that mend the target (--sql prints them here)",
            highlight=False,
        )
