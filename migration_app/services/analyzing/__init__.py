"""Phase 0: what is in the database, and what of it belongs to the tests. Nothing changes."""

from __future__ import annotations

from migration_app.services.analyzing.analysis import Analysis, LookAlike, Pair, analyze_tables, classify_snapshot
from migration_app.services.analyzing.classifying import Classified, classify
from migration_app.services.analyzing.dependents import Dependent, dependents_of
from migration_app.services.analyzing.differing import Difference, as_rows

__all__ = [
    "Analysis",
    "Classified",
    "Dependent",
    "Difference",
    "LookAlike",
    "Pair",
    "analyze_tables",
    "as_rows",
    "classify",
    "classify_snapshot",
    "dependents_of",
]
