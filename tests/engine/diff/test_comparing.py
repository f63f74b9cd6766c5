"""Comparing snapshots: pure, and knows no kind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from migration_app.engine.diff import compare
from migration_app.engine.model import Snapshot, Verdict
from tests.engine.samples import Thing, at, snapshot

things = some.builds(
    Thing,
    name=some.sampled_from(["a", "b", "c", "d"]),
    colour=some.sampled_from(["red", "blue"]),
    shape=some.sampled_from(["round", "square"]),
)
snapshots = some.lists(things, unique_by=lambda thing: thing.name).map(lambda found: snapshot(*found))


def test_added_removed_and_changed_objects_are_told_apart() -> None:
    old = snapshot(Thing("a"), Thing("b"), Thing("c"))
    new = snapshot(Thing("b", "blue", "square"), Thing("c"), Thing("d"))
    found = [(change.address, change.verdict, change.attributes) for change in compare(old, new)]
    assert found == [
        (at("a"), Verdict.REMOVED, ()),
        (at("b"), Verdict.CHANGED, ("colour", "shape")),
        (at("d"), Verdict.ADDED, ()),
    ]


@given(snapshots)
def test_a_snapshot_never_differs_from_itself(one: Snapshot) -> None:
    assert compare(one, one) == ()


@given(snapshots, snapshots)
def test_the_other_way_round_it_is_the_reverse(one: Snapshot, other: Snapshot) -> None:
    reverse = {Verdict.ADDED: Verdict.REMOVED, Verdict.REMOVED: Verdict.ADDED, Verdict.CHANGED: Verdict.CHANGED}
    there = [(change.address, reverse[change.verdict], change.attributes) for change in compare(one, other)]
    assert there == [(change.address, change.verdict, change.attributes) for change in compare(other, one)]


@given(snapshots, snapshots)
def test_two_snapshots_hash_alike_exactly_where_nothing_differs(one: Snapshot, other: Snapshot) -> None:
    assert (one.hash == other.hash) == (compare(one, other) == ())
