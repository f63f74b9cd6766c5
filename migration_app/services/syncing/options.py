"""What is asked of a sync."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from migration_app.engine.errors import UsageError
from migration_app.engine.model import Hazard


@dataclass(frozen=True)
class Wanted:
    """Which part of the difference is wanted, and what it may do."""

    schemas: tuple[str, ...] = ()
    exclude_schemas: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    """Objects that take no part: kind and address."""
    only: tuple[str, ...] = ()
    """Kinds, addresses, or kinds and addresses; with what they need."""
    excepted: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    """Hazards, or ``all``."""
    rename: tuple[str, ...] = ()
    """``table:old=new``, ``column:table.old=new``, …"""
    no_rename: bool = False
    """What looks like a rename is none: drop and create."""
    one_transaction: bool = False
    """All or nothing, though the locks are held longer."""


@dataclass(frozen=True)
class Writing:
    """A migration to be written."""

    name: str
    style: str
    directory: str | Path | None = None
    """Unsaid: where the style's tool looks for it."""
    aliases: tuple[str, ...] = ()
    """The databases that a Django migration is for; unsaid, the target."""


ALL: Final = Wanted()
"""All of the difference, within what is harmless."""

EVERYTHING: Final = "all"


def allowed_by(words: tuple[str, ...]) -> frozenset[Hazard]:
    """Give the hazards that are named; raises UsageError for a word that names none."""
    found: set[Hazard] = set()
    for word in words:
        name = word.strip().lower().replace("-", " ").replace("_", " ")
        if name == EVERYTHING:
            found |= set(Hazard)
        elif name in set(Hazard):
            found.add(Hazard(name))
        else:
            raise UsageError(f"there is no hazard {word!r}", f"The hazards are {', '.join(Hazard)}, or all.")
    return frozenset(found)
