"""The figures as a table, a file and a plot."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as FigureOf


@dataclass(frozen=True)
class Figure:
    """One entrant's rounds of one contest in one place."""

    contest: str
    schema: str
    tables: int
    delay_ms: float
    """Of a round trip."""
    entrant: str
    seconds: tuple[float, ...]
    cpu: tuple[float, ...]
    """Seconds of processor time, the client's and the server's."""
    round_trips: int | None

    @property
    def median(self) -> float:
        """Seconds."""
        return median(self.seconds)


def show(figures: list[Figure]) -> None:
    """Print the table: a row an entrant, with its share of the slowest peer's time."""
    table = Table(title="medians; ours and the peers alternate in one run", title_justify="left")
    for name in ("work", "schema", "tables", "round trip", "who", "seconds", "of the peer", "CPU", "round trips"):
        table.add_column(name, justify="left" if name in {"work", "schema", "who"} else "right")
    for figure in figures:
        peers = [f.median for f in figures if _same(f, figure) and not f.entrant.startswith("dbsep")]
        ours = figure.entrant.startswith("dbsep")
        share = f"{figure.median / min(peers):.3f}" if ours and peers else ""
        table.add_row(
            figure.contest,
            figure.schema,
            str(figure.tables),
            f"{figure.delay_ms:g} ms",
            figure.entrant,
            f"{figure.median:.3f}",
            share,
            f"{median(figure.cpu):.3f}",
            "" if figure.round_trips is None else str(figure.round_trips),
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def save(figures: list[Figure], directory: Path) -> None:
    """Write the rounds as JSON, and a plot where matplotlib is installed."""
    rows = [{**asdict(figure), "median": figure.median} for figure in figures]
    keep(rows, partial(_panels, figures), directory / "figures")


def keep(rows: list[dict[str, object]], draw: Callable[[], FigureOf], file: Path) -> None:
    """Write rows as JSON and what ``draw`` gives as SVG, where matplotlib is installed; ``file`` has no suffix."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.with_suffix(".json").write_text(json.dumps(rows, indent=1))
    try:
        import matplotlib as mpl
    except ImportError:
        print("no plot: pip install matplotlib")
        return
    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": file.name})
    canvas = draw()
    canvas.tight_layout()
    canvas.savefig(file.with_suffix(".svg"), metadata={"Date": None}, bbox_inches="tight")


def line(axis: Axes, points: list[tuple[float, float]], label: str) -> None:
    """Draw one entrant's points in the order of their places."""
    axis.plot(*zip(*sorted(points), strict=True), marker="o", label=label)


def dress(axis: Axes, title: str, x: str, y: str) -> None:
    """Give a panel its words, both axes logarithmic."""
    axis.set(title=title, xlabel=x, ylabel=y, xscale="log", yscale="log")
    axis.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.25))
    axis.grid(visible=True, which="both", alpha=0.3)


def _same(one: Figure, other: Figure) -> bool:
    return (one.contest, one.schema, one.delay_ms) == (other.contest, other.schema, other.delay_ms)


def _panels(figures: list[Figure]) -> FigureOf:
    from matplotlib import pyplot as plt

    panels = sorted({(figure.contest, figure.delay_ms) for figure in figures})
    canvas, axes = plt.subplots(1, len(panels), figsize=(4.5 * len(panels), 4), squeeze=False)
    for axis, (contest, delay) in zip(axes[0], panels, strict=True):
        here = [figure for figure in figures if (figure.contest, figure.delay_ms) == (contest, delay)]
        for entrant in dict.fromkeys(figure.entrant for figure in here):
            line(axis, [(f.tables, f.median) for f in here if f.entrant == entrant], entrant)
        dress(axis, f"{contest}, {delay:g} ms away", "tables", "seconds")
    return canvas
