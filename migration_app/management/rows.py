"""Rows that were written, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from migration_app.services.written import Written


def show_rows(console: Console, written: Written) -> None:
    """Print how many each table got; nothing where there is no table."""
    table = Table("table", "rows", box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.columns[1].justify = "right"
    for name, count in written.tables.items():
        table.add_row(name, f"{count:,}")
    if written.tables:
        console.print(table)


def document(written: Written) -> dict[str, object]:
    """Give the part of the JSON document that says what was written."""
    return {
        "target": written.target.document(),
        "tables": dict(written.tables),
        "emptied": list(written.emptied),
        "seconds": round(written.seconds, 3),
        "run": written.run,
    }
