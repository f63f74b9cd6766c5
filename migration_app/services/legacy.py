"""What a copy of production does without: the legacy test tables, and the test views and the like on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.services.analyzing import classify_snapshot, dependents_of

if TYPE_CHECKING:
    from migration_app.engine.model import Address, Snapshot


def legacy_objects(snapshot: Snapshot) -> frozenset[Address]:
    """Give the test tables and test objects; one that production objects need is left to production."""
    classified = classify_snapshot(snapshot)
    roots = classified.test_tables | set(classified.objects)
    while needed := dependents_of(snapshot, roots).keys():
        roots = roots - needed
    return frozenset(roots)
