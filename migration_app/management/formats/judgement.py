"""pg_dump's second opinion, in words and in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from migration_app.services.judging import Judgement


def judgement_document(found: Judgement) -> dict[str, object]:
    """Give what stands under the key ``judge``."""
    return {
        "tool": "pg_dump",
        "agrees": found.agrees,
        "entries": found.entries,
        "differences": [{"entry": each.entry, "change": str(each.change)} for each in found.differences],
        "disagreements": [
            {"object": each.object, "engine": each.engine, "pg_dump": each.pg_dump} for each in found.disagreements
        ],
        "seconds": round(found.seconds, 3),
    }


def render_judgement(console: Console, found: Judgement) -> None:
    """Say whether pg_dump agrees, and name every object in which it doesn't."""
    console.print()
    if found.agrees:
        differ = f"{len(found.differences)} differ" if found.differences else "none differ"
        console.print(
            f"[green]pg_dump agrees[/green]: of its {found.entries} entries {differ}, the same as the engine found",
            highlight=False,
        )
        return
    console.print(
        f"[bold red]pg_dump disagrees[/bold red] in {len(found.disagreements)} objects (as seen from the source)",
        highlight=False,
    )
    table = Table(box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    for header in ("object", "the engine", "pg_dump"):
        table.add_column(header, overflow="fold")
    for each in found.disagreements:
        table.add_row(escape(each.object), each.engine, each.pg_dump)
    console.print(table)
