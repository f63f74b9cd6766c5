"""What differs between two snapshots, and the statements that lead from one to the other."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.engine.sql import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from .objects import Address, Hazard, Object
    from .snapshots import Snapshot


class Verdict(enum.StrEnum):
    """How an object differs between an old and a new snapshot."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One object that differs between an old and a new snapshot."""

    address: Address
    verdict: Verdict
    old: Object | None
    new: Object | None
    attributes: tuple[str, ...] = ()
    """The attributes that differ, where the object is on both sides."""

    @property
    def unforeseen(self) -> bool:
        """Whether it may have come of a statement that says nothing of it."""
        obj = self.new if self.new is not None else self.old
        return obj is not None and obj.UNFORESEEN


@dataclass(frozen=True, slots=True)
class Context:
    """What a plan must know of the session that will run it."""

    role: str
    """The role that will own what it creates."""
    current: Snapshot


@dataclass(frozen=True, slots=True)
class Making:
    """A plan, as an object sees it that asks whether it needs statements of its own."""

    current: Snapshot
    desired: Snapshot
    creates: Mapping[Address, Object]
    alters: Collection[Address]
    inline: Callable[[Address], bool]
    """Whether an object is written inside another's CREATE."""


class Verb(enum.StrEnum):
    """What a statement does to its object."""

    DROP = "drop"
    ALTER = "alter"
    SHELL = "shell"
    """Brings an object's first form; a statement that does this says ``create`` as well."""
    CREATE = "create"
    MOVE = "move"
    """Takes the rows of what is replaced over into what replaces it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a plan."""

    verb: Verb
    address: Address
    sql: str
    hazards: tuple[Hazard, ...] = ()
    transactional: bool = True
    secret: bool = False
    """The text may hold a password."""
    settles: bool = False
    """It must be committed before the statements that come after it can run."""

    def __str__(self) -> str:
        return f"{self.verb} {self.address.kind} {self.address}"

    @property
    def shown(self) -> str:
        """The statement as it may be shown, logged and recorded."""
        return f"-- {one_line(str(self))}: not shown, it may hold a password" if self.secret else self.sql


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements in the order in which they can run, bound to the snapshot they were made against."""

    statements: tuple[Statement, ...]
    current_hash: str

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    def __len__(self) -> int:
        return len(self.statements)

    @property
    def digest(self) -> str:
        """A SHA-256 that binds what was shown to what is run: the statements and the state they start from."""
        digest = hashlib.sha256(self.current_hash.encode())
        for statement in self.statements:
            digest.update(b"\0" + statement.sql.encode())
        return digest.hexdigest()
