"""What is decided for a column, and what a mask is given to work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .places import Place

Option = str | int | float | bool
"""What may stand behind an option's name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The mask chosen for a column, an element or a path; ``keep`` is one of them."""

    mask: str
    options: Mapping[str, Option] = field(default_factory=dict)
    paths: Mapping[str, Choice] = field(default_factory=dict)
    """Path inside the document → its choice; what no path names is left out."""
    place: Place | None = None
    """Where the column stands that this one refers to in the end: both must become the same."""

    @property
    def by(self) -> str | None:
        """The column whose value says by how much: rows that agree on it move together."""
        found = self.options.get("by")
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Value:
    """A value inside a SELECT, and what is known of its place."""

    sql: str
    """The value itself."""
    text: str
    """The value as text."""
    hashed: str
    """The keyed hash of the text, or of the column that ``by`` names: 32 bytes."""
    base: str
    """The name of its type, domains looked through."""
    limit: int | None
    """Characters that it may have."""
    unique: bool
    """No two values may become one."""
    options: Mapping[str, Option] = field(default_factory=dict)

    def number(self, name: str, default: float) -> float:
        """Give an option that is a number."""
        found = self.options.get(name, default)
        return float(found)
