"""Several streams of rows at once: parts of a table go to whichever is free."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Protocol, Self, cast

from .stream import Answer, Task, connected, write_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from psycopg import Connection

    from migration_app.engine.rows.shape import Name
    from migration_app.engine.rows.values import Design


# Django's apps must be ready before this package is imported.
_START: Final = f"import django; django.setup(); from {__package__}.stream import main; main()"


class Stream(Protocol):
    """Writes one part at a time."""

    def write(self, name: Name, rows: range) -> Answer:
        """Write a part of a table."""


@dataclass
class Here:
    """A stream in this process."""

    conn: Connection[tuple[object, ...]]
    designs: Mapping[Name, Design]

    def write(self, name: Name, rows: range) -> Answer:
        """Write a part of a table."""
        return write_part(self.conn, self.designs[name], rows)


class Elsewhere:
    """A stream in a process of its own."""

    def __init__(self, task: bytes) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", _START],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._process = process
        self._to, self._from = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        with suppress(OSError):  # one that has ended already is found out with its first part
            self._send(task)

    def _send(self, message: bytes) -> None:
        self._to.write(message)
        self._to.flush()

    def write(self, name: Name, rows: range) -> Answer:
        """Write a part of a table."""
        try:
            self._send(pickle.dumps((name, rows)))
            answer: Answer = pickle.load(self._from)  # noqa: S301 - from the process started here
        except (EOFError, OSError, pickle.UnpicklingError):
            return Answer(stopped=f"a stream's process ended with code {self._process.wait()}")
        return answer

    def close(self) -> None:
        """Let the process end, and wait for it."""
        with suppress(OSError):
            self._to.close()
        self._from.close()
        self._process.wait()


class Streams:
    """Streams that are open for the time of a block: one in this process, or several in their own."""

    def __init__(self, task: Task, designs: Mapping[Name, Design], count: int) -> None:
        self._task, self._designs, self.count = task, designs, count
        self._free: queue.SimpleQueue[Stream] = queue.SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self.count == 1:
            self._free.put(Here(self._stack.enter_context(connected(self._task.params)), self._designs))
            return self
        message = pickle.dumps(self._task)
        for _ in range(self.count):
            stream = Elsewhere(message)
            self._stack.callback(stream.close)
            self._free.put(stream)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, name: Name, parts: Iterable[range], told: Callable[[int], None]) -> Answer:
        """Write parts of a table, telling the rows of each; give the first answer that isn't good, or a good one."""
        failed: list[Answer] = []

        def one(rows: range) -> None:
            if failed:
                return
            stream = self._free.get()
            try:
                answer = stream.write(name, rows)
            finally:
                self._free.put(stream)
            if answer != Answer():
                failed.append(answer)
            else:
                told(len(rows))

        with ThreadPoolExecutor(self.count) as pool:
            try:
                for done in [pool.submit(one, rows) for rows in parts]:
                    done.result()
            except BaseException as error:
                # Ctrl-C, above all: the parts that nobody has begun stay unwritten.
                failed.append(Answer(stopped=type(error).__name__))
                raise
        return failed[0] if failed else Answer()
