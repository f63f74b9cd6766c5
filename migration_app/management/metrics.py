"""The success metrics as a table for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migration_app.services.status import Metric


def metrics_table(metrics: Sequence[Metric]) -> Table:
    """Give a table with a row a metric: met or not, its name, its evidence."""
    table = Table(title="success metrics", title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("metric", style="bold")
    table.add_column("evidence", overflow="fold")
    for metric in metrics:
        table.add_row("[green]met[/green]" if metric.met else "[red]not met[/red]", metric.name, metric.evidence)
    return table
