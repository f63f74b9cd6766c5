"""What a run wrote into a database: common to rows that were seeded and rows that were copied masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.engine.wording import several

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_app.services.connecting import Fingerprint


@dataclass(frozen=True, kw_only=True)
class Written:
    """The rows of a run."""

    target: Fingerprint
    tables: Mapping[str, int]
    """Table → rows written, in the order in which they were written."""
    emptied: tuple[str, ...]
    """Tables that were emptied first."""
    seconds: float
    run: int | None

    @property
    def summary(self) -> str:
        """How many rows there are in how many tables."""
        return counted(self.tables)


def counted(tables: Mapping[str, int]) -> str:
    """Give how many rows there are in how many tables: ``1 row in 1 table``."""
    return f"{several(sum(tables.values()), 'row')} in {several(len(tables), 'table')}"
