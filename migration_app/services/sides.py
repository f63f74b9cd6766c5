"""The sides of a comparison: live databases, or snapshot files in their place."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine import catalog
from migration_app.engine.errors import UsageError
from migration_app.services.connecting import Fingerprint, fingerprint, map_errors, session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from migration_app.engine.model import Object, Snapshot

FILE: Final = "snapshot:"
"""What a side's name begins with where it is a file: ``snapshot:schema.json``."""

HIDDEN: Final = "(hidden)"
"""What stands in a snapshot file for a value that may be a password."""


@dataclass(frozen=True)
class FileSide:
    """A snapshot file as a side; its name stands where a database's fingerprint would."""

    path: Path

    @property
    def database(self) -> str:
        """The file's name."""
        return self.path.name

    def __str__(self) -> str:
        return f"{FILE}{self.path}"

    def read(self) -> Snapshot:
        """Give the snapshot in the file; raises UsageError where it can't be read or isn't one."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"cannot read {self.path}: {reason}", "Make one with snapshot_schema.") from error
        return catalog.load(text, str(self.path))


def file_side(name: object) -> FileSide | None:
    """Give the file that a side names; None where it is an alias or an open connection."""
    if isinstance(name, str) and name.startswith(FILE):
        return FileSide(Path(name.removeprefix(FILE)))
    return None


def named(side: FileSide | Connection[Any]) -> Fingerprint | FileSide:
    """Give what a result and the history call a side."""
    return side if isinstance(side, FileSide) else fingerprint(side)


def role_of(side: FileSide | Connection[Any]) -> str:
    """Give the role that will run a plan; whoever pastes it into a platform's editor is postgres."""
    return "postgres" if isinstance(side, FileSide) else side.info.user


def open_sides(
    stack: ExitStack, source: str | Connection[Any], target: str | Connection[Any], *, writable: bool = False
) -> tuple[FileSide | Connection[Any], FileSide | Connection[Any]]:
    """Open both sides at the same time, as each takes several waits, and the target to be written where asked for.

    The stack closes what was opened. Raises as ``session`` does; where both fail, the source's error.
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = [pool.submit(_open, source, writable=False), pool.submit(_open, target, writable=writable)]
    for each in waiting:
        if each.exception() is None:
            stack.enter_context(each.result()[1])
    origin, copy = (each.result()[0] for each in waiting)
    return origin, copy


def _open(name: str | Connection[Any], *, writable: bool) -> tuple[FileSide | Connection[Any], ExitStack]:
    file = file_side(name)
    if file is not None:
        return file, ExitStack()
    with ExitStack() as stack:
        connection = stack.enter_context(session(name, writable=writable))
        fingerprint(connection)
        return connection, stack.pop_all()


def read_all(sides: Sequence[FileSide | Connection[Any]]) -> list[Snapshot]:
    """Read every side, the live ones at the same time: what takes longest is the servers' printing."""
    return read_answered(sides)[0]


def read_answered(sides: Sequence[FileSide | Connection[Any]]) -> tuple[list[Snapshot], catalog.Answer | None]:
    """Read every side, and give what the first answered as well, None for a file: to be held against a copy."""
    with _collector_paused():
        asked = _asked(sides)
        found = [side.snapshot() for side in asked]
    # A file holds no passwords, so beside a file nothing else may: they would all seem to differ.
    if any(isinstance(side, FileSide) for side in sides):
        found = [without_secrets(each) for each in found]
    return found, asked[0].answer


def read_alike(sides: tuple[FileSide | Connection[Any], FileSide | Connection[Any]]) -> list[Snapshot]:
    """Read both sides to be compared; where nothing differs, one snapshot is made and stands for both.

    Attributes that make no difference, the place of a column for one, are then the first side's in both.
    """
    if any(isinstance(side, FileSide) for side in sides):
        return read_all(sides)
    with _collector_paused():
        one, other = _asked(sides)
        if one.answer is None or other.answer is None or not catalog.same(one.answer, other.answer):
            return [one.snapshot(), other.snapshot()]
        found = one.snapshot()
        same_version = one.answer.version == other.answer.version
        return [found, found if same_version else replace(found, version=other.answer.version)]


@dataclass(frozen=True)
class _Asked:
    side: FileSide | Connection[Any]
    answer: catalog.Answer | None
    """None for a file."""

    def snapshot(self) -> Snapshot:
        if isinstance(self.side, FileSide):
            return self.side.read()
        with map_errors(self.side.info.dbname):
            return catalog.snapshot_of(self.side, self.answer or catalog.ask(self.side))


def _asked(sides: Sequence[FileSide | Connection[Any]]) -> list[_Asked]:
    with ThreadPoolExecutor(max_workers=len(sides)) as pool:
        waiting = [pool.submit(_ask, side) for side in sides]
        return [_Asked(side, each.result()) for side, each in zip(sides, waiting, strict=True)]


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Let the garbage collector rest: what is read makes no circles, and looking for them takes a third of the time."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def without_secrets(snapshot: Snapshot) -> Snapshot:
    """Give the snapshot with every value hidden that may hold a password; names of options stay."""
    hidden = {
        address: replace(obj, **{name: _hidden(getattr(obj, name)) for name in obj.SECRETS})
        for address, obj in snapshot.objects.items()
        if obj.SECRETS
    }
    return replace(snapshot, objects={**snapshot.objects, **hidden}) if hidden else snapshot


def holds_hidden(obj: Object) -> bool:
    """Tell whether a value of the object was hidden, so that it can't be created."""
    return any(HIDDEN in str(getattr(obj, name)) for name in obj.SECRETS)


def _hidden(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(f"{str(item).partition('=')[0]}={HIDDEN}" for item in value)
    return value if value is None else HIDDEN


def _ask(side: FileSide | Connection[Any]) -> catalog.Answer | None:
    if isinstance(side, FileSide):
        return None
    with map_errors(side.info.dbname):
        return catalog.ask(side)
