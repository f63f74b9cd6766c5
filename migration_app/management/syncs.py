"""A sync's plan for a person who has to decide, and as a JSON document."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.syntax import Syntax
from rich.text import Text

from migration_app.engine.model import Hazard
from migration_app.engine.wording import several
from migration_app.management import statements
from migration_app.management.hazards import MEANINGS
from migration_app.services.sides import FileSide

if TYPE_CHECKING:
    from rich.console import Console

    from migration_app.services.syncing import Breaking, Planned, Synced

_COLOURS: Final = {Hazard.DELETES_DATA: "bold red", Hazard.WIDENS_PRIVILEGES: "bold red", Hazard.PLATFORM: "bold red"}
_USUAL: Final = "yellow"

UNSEEN: Final = "The rows there were not looked at: what may delete data or fail is marked, and nothing is counted."


def document(result: Synced) -> dict[str, object]:
    """Give the JSON document."""
    written = statements.documents(result.statements)
    return {
        "source": str(result.source),
        "target": str(result.target) if isinstance(result.target, FileSide) else result.target.document(),
        "statements": [
            {**each, "why": planned.why, "measured": _measured(planned)}
            for each, planned in zip(written, result.planned, strict=True)
        ],
        "digest": result.digest,
        "not_allowed": {str(hazard): [str(s) for s in found] for hazard, found in result.not_allowed.items()},
        "breaking": [_rows(each) for each in result.breaking],
        "losing": [_rows(each) for each in result.losing],
        "held_back": [
            {"kind": each.change.address.kind, "address": str(each.change.address), "reason": each.reason}
            for each in result.held
        ],
        "came_along": [{"kind": each.kind, "address": str(each)} for each in result.along],
        "skipped": [
            {"kind": each.address.kind, "address": str(each.address), "reason": each.reason} for each in result.skipped
        ],
        "unmodelled": [str(each) for each in result.unmodelled],
        "column_order_differs": list(result.order_differs),
        "rows_looked_at": not result.unseen,
        "rehearsed": result.rehearsal.done,
        "not_rehearsed_because": result.rehearsal.reason or None,
        "written": [str(path) for path in result.written],
        "applied": result.applied,
        "verified": result.verified,
        "round_trips": result.round_trips,
        "seconds": round(result.seconds, 3),
        "run": result.run,
    }


def _counted(found: Breaking) -> str:
    return several(found.rows, "row")


def _measured(planned: Planned) -> dict[str, object] | None:
    found = planned.measured
    return None if found is None else {field.name: getattr(found, field.name) for field in fields(found)}


def _rows(found: Breaking) -> dict[str, object]:
    return {"kind": found.address.kind, "address": str(found.address), "rows": found.rows, "query": found.query}


def render(console: Console, result: Synced, *, again: str) -> None:
    """Print the plan, what it leaves, and what to type next."""
    line = f"{result.source} → {result.target}"
    if not result.planned:
        console.print(f"{escape(line)}: nothing to do", highlight=False, soft_wrap=True)
    else:
        verb = "ran" if result.applied else "would run"
        console.print(
            f"[bold]{escape(line)}[/bold]: {verb} {several(len(result.planned), 'statement')}", highlight=False
        )
    for number, planned in enumerate(result.planned, 1):
        _statement(console, number, planned, result)
    _meanings(console, result)
    _rest(console, result)
    _verdict(console, result, again=again)


def _statement(console: Console, number: int, planned: Planned, result: Synced) -> None:
    statement = planned.statement
    console.print(f"\n[bold]{number}. {escape(str(statement))}[/bold]", highlight=False, soft_wrap=True)
    sql = statement.shown if statement.secret else f"{statement.sql};"
    text = Syntax("", "postgresql", background_color="default").highlight(sql)
    text.rstrip()
    for line in text.split():
        console.print(Text("   ") + line, soft_wrap=True)
    console.print(f"   why: {escape(planned.why)}", highlight=False, soft_wrap=True)
    if statement.hazards:
        words = Text("   may: ")
        for position, hazard in enumerate(dict.fromkeys(statement.hazards)):
            mark = " (not allowed yet)" if hazard in result.not_allowed and not result.applied else ""
            words.append(", " if position else "")
            words.append(f"{hazard}{mark}", _COLOURS.get(hazard, _USUAL))
        console.print(words, soft_wrap=True)
    if planned.measured is not None:
        _seen(console, planned)


def _seen(console: Console, planned: Planned) -> None:
    """Say what the rehearsal saw the statement do."""
    found = planned.measured
    if found is None:
        return
    only_writes = tuple(name for name in found.stops_writes if name not in found.stops_reads)
    said = (
        ("stops reading and writing", found.stops_reads),
        ("stops writing", only_writes),
        ("rewrites", found.rewrote),
        ("reads all of", found.read),
    )
    words = "; ".join(f"{verb} {', '.join(names)}" for verb, names in said if names)
    if words:
        console.print(f"   measured: {escape(words)}", highlight=False, soft_wrap=True)


def _meanings(console: Console, result: Synced) -> None:
    found = {hazard for statement in result.statements for hazard in statement.hazards}
    if not found:
        return
    console.print("\n[bold]what that means[/bold]")
    for hazard in Hazard:
        if hazard in found:
            meaning = MEANINGS[hazard]
            colour = _COLOURS.get(hazard, _USUAL)
            console.print(f"  [{colour}]{hazard}[/]: {meaning.reason}", highlight=False, soft_wrap=True)
            console.print(f"    to avoid it: {meaning.instead}", highlight=False, soft_wrap=True)


def _rest(console: Console, result: Synced) -> None:
    sections = (
        (
            "rows that stand in the way: mend them first, the plan would fail on them",
            [f"{e.address.kind} {e.address}: {_counted(e)}; {e.query}" for e in result.breaking],
        ),
        (
            "rows and values that are lost: with what is dropped, rounded or cut by a type, or computed anew",
            [f"{e.address.kind} {e.address}: {e.rows}" for e in result.losing],
        ),
        ("written", [str(path) for path in result.written]),
        ("came along, because what was chosen needs them", [f"{each.kind} {each}" for each in result.along]),
        ("held back", [f"{e.change.address.kind} {e.change.address}: {e.reason}" for e in result.held]),
        ("in the target, of kinds that dbsep doesn't carry: they stay", [str(each) for each in result.unmodelled]),
        ("columns in another order than the source's, which no ALTER changes", list(result.order_differs)),
    )
    for title, lines in sections:
        if lines:
            console.print(f"\n[bold]{title}[/bold]", highlight=False)
            for line in lines:
                console.print(f"  {escape(line)}", highlight=False, soft_wrap=True)


def _verdict(console: Console, result: Synced, *, again: str) -> None:
    if not result.planned:
        return
    if result.rehearsal.done:
        said = f"rehearsed on a scratch database in {result.rehearsal.seconds:.1f} s: it runs and leads to the source"
        console.print(f"\n{said}", highlight=False, soft_wrap=True)
    elif result.rehearsal.reason:
        console.print(f"\nnot rehearsed: {escape(result.rehearsal.reason)}", highlight=False, soft_wrap=True)
    elif not result.applied:
        said = "Locks, rewrites and scans are what the statements are known for; --rehearse measures them."
        console.print(f"\n{said}", highlight=False, soft_wrap=True)
    if result.applied:
        console.print("\n[green]done[/green]: read again, the target is what was planned", highlight=False)
        return
    console.print(f"\nNothing was changed. This plan's digest is {result.digest}.", highlight=False, soft_wrap=True)
    if isinstance(result.target, FileSide):
        console.print(UNSEEN, highlight=False, soft_wrap=True)
        console.print("--sql FILE writes what to run there.", highlight=False)
        return
    if result.breaking:
        console.print("Rows stand in the way, so that --apply would be refused: mend them first.", highlight=False)
    words = [again, "--apply"]
    words += [f"--allow '{hazard}'" for hazard in result.not_allowed]
    if result.production:
        words.append(f"--confirm '{result.target.confirmation}'")
    if result.not_allowed:
        console.print("It may do what nobody has allowed yet. When you have read it and agree:", highlight=False)
    else:
        console.print("To run it:", highlight=False)
    console.print(f"  {escape(' '.join(words))}", highlight=False, soft_wrap=True)
