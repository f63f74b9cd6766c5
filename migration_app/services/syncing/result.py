"""What a sync did, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.services.sides import FileSide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from migration_app.engine.apply.measuring import Measured
    from migration_app.engine.diff import Skipped
    from migration_app.engine.model import Address, Hazard, Sighting, Statement
    from migration_app.engine.plan.choosing import Held
    from migration_app.services.connecting import Fingerprint


@dataclass(frozen=True)
class Planned:
    """A statement of the plan, and why it is there."""

    statement: Statement
    why: str
    measured: Measured | None = None
    """What it locked, rewrote and read in the rehearsal."""


@dataclass(frozen=True)
class Breaking:
    """Rows that matter to a change: they stand in its way, or go with it."""

    address: Address
    rows: int
    query: str
    """Finds them."""


@dataclass(frozen=True)
class Rehearsal:
    """What came of trying the plan on a scratch database."""

    done: bool
    reason: str = ""
    """Why there was none."""
    seconds: float = 0.0


NOT_REHEARSED: Final = Rehearsal(done=False)


@dataclass(frozen=True)
class Synced:
    """The plan, what became of it, and what it leaves."""

    source: Fingerprint | FileSide
    target: Fingerprint | FileSide
    production: bool
    """The target is production, or a file, of which nobody knows."""
    planned: tuple[Planned, ...]
    digest: str
    not_allowed: Mapping[Hazard, tuple[Statement, ...]]
    """What would stop it."""
    breaking: tuple[Breaking, ...]
    """Rows on which the plan would fail."""
    losing: tuple[Breaking, ...]
    """Rows and values that go with what is dropped."""
    held: tuple[Held, ...]
    """Changes that aren't made, with the reason."""
    along: tuple[Address, ...]
    """Changes that weren't chosen and come along."""
    skipped: tuple[Skipped, ...]
    unmodelled: tuple[Sighting, ...]
    """Objects in the target of kinds that aren't carried: they stay as they are."""
    order_differs: tuple[str, ...]
    """Tables whose columns are the same, in another order."""
    rehearsal: Rehearsal
    written: tuple[Path, ...]
    """The migration's files."""
    applied: bool
    verified: bool
    round_trips: int
    seconds: float
    run: int | None

    @property
    def unseen(self) -> bool:
        """The target's rows were not looked at: it is a file."""
        return isinstance(self.target, FileSide)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The plan's statements, in their order."""
        return tuple(each.statement for each in self.planned)
