"""What seeding did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_app.services.connecting import Fingerprint

    from .resembling import Resemblance


@dataclass(frozen=True)
class Seeded:
    """What seeding wrote."""

    target: Fingerprint
    profile: str
    seed: int
    tables: Mapping[str, int]
    """Table → rows written, in the order in which they were written."""
    emptied: tuple[str, ...]
    """Tables that were emptied first."""
    kept: tuple[str, ...]
    """Tables that hold rows already and were left as they are."""
    unfilled: Mapping[str, str]
    """What could not be filled, and why: tables and materialized views."""
    notes: tuple[str, ...]
    """What took a slower way, and why."""
    seconds: float
    run: int | None
    resemblance: Resemblance | None = None
    """With ``like``: how the two sides compare."""
