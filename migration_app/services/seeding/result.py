"""What seeding did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.services.written import Written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .resembling import Resemblance


@dataclass(frozen=True, kw_only=True)
class Seeded(Written):
    """What seeding wrote."""

    profile: str
    seed: int
    kept: tuple[str, ...]
    """Tables that hold rows already and were left as they are."""
    unfilled: Mapping[str, str]
    """What could not be filled, and why: tables and materialized views."""
    notes: tuple[str, ...]
    """What took a slower way, and why."""
    resemblance: Resemblance | None = None
    """With ``like``: how the two sides compare."""
