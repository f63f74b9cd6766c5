"""Shapes of rows: how many, how often null, how many different ones, in which range, how spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from migration_app.engine.rows.shape import Name


@dataclass(frozen=True, slots=True)
class ColumnLikeness:
    """A column's shape."""

    nulls: float
    """Of all rows, 0 to 1."""
    distinct: float
    """How many different values; negative: for each row, as pg_stats.n_distinct has it."""
    width: int
    """Bytes on average."""
    steps: tuple[float, ...] = ()
    """Of numbers and times (days since 1970): the least, nine between, the greatest, all rounded."""
    labels: tuple[str, ...] = ()
    """Of enums and booleans: which come how often, beside ``frequencies``."""
    frequencies: tuple[float, ...] = ()
    """Of all rows, the share of each of the most common values; the values themselves stay where they are."""

    def count(self, rows: int) -> int:
        """Give how many different values that many rows would have."""
        filled = max(round(rows * (1 - self.nulls)), 0)
        many = -self.distinct * rows if self.distinct < 0 else self.distinct
        return max(min(round(many), filled), 1 if filled else 0)


@dataclass(frozen=True)
class TableLikeness:
    """A table's shape."""

    rows: int | None
    """None where nobody counted: neither ANALYZE nor VACUUM has been there."""
    columns: Mapping[str, ColumnLikeness] = field(default_factory=dict)
    combined: Mapping[frozenset[str], float] = field(default_factory=dict)
    """Several columns → how many different combinations."""

    def of_key(self, columns: Sequence[str]) -> ColumnLikeness | None:
        """Give the shape of several columns together: null where one is, as different as the combinations are."""
        found = [self.columns[column] for column in columns if column in self.columns]
        if len(found) != len(columns) or len(found) < 2:  # noqa: PLR2004 - one column is itself
            return found[0] if found else None
        most = max(found, key=lambda each: each.count(self.rows or 1))
        many = self.combined.get(frozenset(columns), most.distinct)
        return replace(
            most, nulls=max(each.nulls for each in found), distinct=many, frequencies=(), labels=(), steps=()
        )

    @property
    def known(self) -> bool:
        """Whether there are statistics to go by; a table known to be empty has none and needs none."""
        return self.rows == 0 or (self.rows is not None and bool(self.columns))


@dataclass(frozen=True)
class Likeness:
    """A database's shape."""

    tables: Mapping[Name, TableLikeness]
