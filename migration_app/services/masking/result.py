"""What a masked copy did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.services.written import Written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from migration_app.services.connecting import Fingerprint


@dataclass(frozen=True, slots=True)
class Leak:
    """Values of a masked column that stand in the target as they are in the source."""

    column: str
    """The source's, as ``table.column``."""
    found_in: str
    """The target's."""
    values: int

    def __str__(self) -> str:
        return f"{self.values} of {self.column} in {self.found_in}"


@dataclass(frozen=True, kw_only=True)
class Masked(Written):
    """What was copied, and what of the policy was still open."""

    source: Fingerprint
    policy: Path
    left_out: tuple[str, ...]
    """Tables that the policy copies no rows of."""
    stood_in: Mapping[str, int]
    """Tables that are never copied, a platform's, and to which rows refer → rows made there of nothing but keys."""
    not_owned: tuple[str, ...]
    """Tables of another's in the target, because of which all keys were kept up row by row, which takes longer."""
    unfilled: tuple[str, ...]
    """Materialized views that could not be filled."""
    undecided: tuple[str, ...]
    """Columns without a decision, as ``table.column``; nothing is copied while there are any."""
    gone: tuple[str, ...]
    """What the policy names and the source hasn't."""
    leaks: tuple[Leak, ...]
    """Where there are any, nothing was kept."""
    checked: int
    """How many masked values of the source were looked for in the target."""
