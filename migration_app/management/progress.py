"""The progress line on stderr: shown on a terminal, once the work has taken a second."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from migration_app.services import history

PATIENCE: Final = 1.0
"""Seconds before anything is shown."""


class ProgressLine:
    """Steps of a piece of work, with a bar where the number of its parts is known. Silent unless shown."""

    def __init__(self, shown: Progress | None) -> None:
        self._shown = shown
        self._task = shown.add_task("", total=None) if shown is not None else None

    @classmethod
    @contextmanager
    def when(cls, wanted: bool, console: Console) -> Iterator[ProgressLine]:
        """Give a progress line for the time of the block."""
        if not wanted:
            yield cls(None)
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
        )
        shown = Progress(*columns, console=console, transient=True)
        timer = threading.Timer(PATIENCE, shown.start)
        timer.daemon = True
        timer.start()
        try:
            yield cls(shown)
        finally:
            timer.cancel()
            shown.stop()

    def told(self, progress: history.Progress) -> None:
        """Listen to the history: every step that a service records shows itself."""
        if progress.state == "started":
            self.step(f"{progress.command}: {progress.step}" if progress.step else progress.command)

    def step(self, name: str) -> None:
        """Name what is being done now."""
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, description=name, total=None)

    def part(self, done: int, total: int) -> None:
        """Say how many parts of the step are done."""
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, completed=done, total=total)
