"""Two Snapshots → Changes: pure, and knows no kind."""

from __future__ import annotations

from .comparing import compare
from .scope import Scope, Selection, Skipped, closure, family, needed_by_others, select, without

__all__ = [
    "Scope",
    "Selection",
    "Skipped",
    "closure",
    "compare",
    "family",
    "needed_by_others",
    "select",
    "without",
]
