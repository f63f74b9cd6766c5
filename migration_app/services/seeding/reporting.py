"""Writes how a seeded database resembles its source: a page of tables, and a plot where matplotlib is installed."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from migration_app.engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.rows.likeness import ColumnLikeness, Compared

    from .resembling import Resemblance


def write_report(of: Resemblance, file: Path) -> tuple[Path, ...]:
    """Write the page as Markdown, and the plot beside it as PNG; give the files written.

    Raises:
        UsageError: the page can't be written.

    """
    plot = file.with_suffix(".png")
    try:
        drawn = _draw(of, plot) if of.columns else False
        file.write_text("\n".join(_page(of, plot if drawn else None)) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the report can't be written: {error}", "Name a file in a folder that is there.") from error
    return (file, plot) if drawn else (file,)


def _page(of: Resemblance, plot: Path | None) -> Iterator[str]:
    yield f"# How the seeded rows resemble {of.source}"
    yield ""
    yield f"{of.scale:g} rows for each of the source's, by the statistics of both sides."
    yield "Ranges are rounded; times are in days since 1970."
    if plot is not None:
        yield f"\n![null fractions, different values, and ranges of both sides]({plot.name})"
    for words, names in (("No statistics of", of.unknown), ("No rows in the source", of.bare)):
        if names:
            yield f"\n{words}: {', '.join(names)}."
    for table, columns in groupby(of.columns, key=lambda column: column.table.short):
        yield f"\n## {table}\n"
        yield "| column | null | | different | | range | | shares apart |"
        yield "|---|---:|---:|---:|---:|---|---|---:|"
        yield from map(_row, columns)


def _row(of: Compared) -> str:
    shares = "" if of.shares_apart is None else f"{of.shares_apart:.2f}"
    cells = [
        of.column,
        f"{of.wanted.nulls:.3f}",
        f"{of.found.nulls:.3f}",
        f"{of.wanted_distinct:,}",
        f"{of.found_distinct:,}",
        _range(of.wanted, of.wanted),
        _range(of.found, of.wanted),
        shares,
    ]
    return f"| {' | '.join(cells)} |"


def _range(of: ColumnLikeness, like: ColumnLikeness) -> str:
    if of.steps and like.steps:
        return f"{of.steps[0]:g} to {of.steps[-1]:g}"
    return f"{of.width} bytes" if of.width else ""


def _draw(of: Resemblance, file: Path) -> bool:
    try:
        import matplotlib as mpl
    except ImportError:
        return False
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    canvas, (nulls, distinct, steps) = plt.subplots(1, 3, figsize=(13, 4.4))
    nulls.scatter([c.wanted.nulls for c in of.columns], [c.found.nulls for c in of.columns], s=14, alpha=0.6)
    nulls.set(title="null fraction", xlabel="source", ylabel="seeded", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    points = [(c.wanted_distinct, c.found_distinct) for c in of.columns if c.wanted_distinct and c.found_distinct]
    distinct.scatter(*zip(*points, strict=True), s=14, alpha=0.6) if points else None
    distinct.set(title="different values", xlabel="source, scaled", ylabel="seeded", xscale="log", yscale="log")
    for column in of.columns:
        if column.steps_apart is not None:
            steps.plot(*_normed(column), color="C0", alpha=0.3, linewidth=1)
    steps.set(title="tenths of numbers and times", xlabel="source", ylabel="seeded", xlim=(-0.1, 1.1), ylim=(-0.1, 1.1))
    for axis in (nulls, distinct, steps):
        low, high = axis.get_xlim()
        axis.plot((low, high), (low, high), color="0.6", linewidth=0.8, zorder=0)
        axis.grid(visible=True, alpha=0.25)
    canvas.suptitle(f"{len(of.columns)} columns beside {of.source}", fontsize=10)
    canvas.tight_layout()
    canvas.savefig(file, dpi=120)
    plt.close(canvas)
    return True


def _normed(of: Compared) -> tuple[list[float], list[float]]:
    first, span = of.wanted.steps[0], of.wanted.steps[-1] - of.wanted.steps[0] or 1.0
    return [(step - first) / span for step in of.wanted.steps], [(step - first) / span for step in of.found.steps]
