"""Plans over objects of made-up kinds: what is done, and in which order."""

from __future__ import annotations

import pytest

from migration_app.engine.diff import compare
from migration_app.engine.errors import CycleFound, RequirementsMissing
from migration_app.engine.model import Context, Snapshot
from migration_app.engine.plan import plan
from tests.engine.samples import Cast, Mould, Thing, snapshot


def planned(current: Snapshot, desired: Snapshot) -> list[str]:
    changes = compare(current, desired)
    return [statement.sql for statement in plan(changes, current, desired, Context("me", current))]


def test_nothing_is_planned_where_nothing_differs() -> None:
    assert planned(snapshot(Thing("a")), snapshot(Thing("a"))) == []


def test_what_is_needed_is_created_first_and_dropped_last() -> None:
    chain = snapshot(Thing("a"), Thing("b"), Thing("c"), needs={"a": "b", "b": "c"})
    assert planned(snapshot(), chain) == ["CREATE c", "CREATE b", "CREATE a"]
    assert planned(chain, snapshot()) == ["DROP a", "DROP b", "DROP c"]


def test_an_attribute_with_an_alter_changes_in_place() -> None:
    assert planned(snapshot(Thing("a")), snapshot(Thing("a", "blue"))) == ["ALTER a PAINT blue"]


def test_an_alter_that_gives_up_replaces_the_object() -> None:
    assert planned(snapshot(Thing("a")), snapshot(Thing("a", "none"))) == ["DROP a", "CREATE a"]


def test_a_replaced_object_takes_its_dependents_along_however_far() -> None:
    needs = {"b": "a", "c": "b"}
    before = snapshot(Thing("a"), Thing("b"), Thing("c"), Thing("d"), needs=needs)
    after = snapshot(Thing("a", shape="square"), Thing("b"), Thing("c"), Thing("d"), needs=needs)
    assert planned(before, after) == ["DROP c", "DROP b", "DROP a", "CREATE a", "CREATE b", "CREATE c"]


def test_a_disturbed_object_lets_its_dependents_go_and_come_back_but_keeps_its_parts() -> None:
    needs, parts = {"b": "a"}, {"p": "a"}
    before = snapshot(Thing("a"), Thing("b"), Thing("p"), needs=needs, parts=parts)
    after = snapshot(Thing("a", "blue"), Thing("b"), Thing("p"), needs=needs, parts=parts)
    assert planned(before, after) == ["DROP b", "ALTER a PAINT blue", "CREATE b"]


def test_what_is_altered_to_need_something_no_longer_is_altered_before_that_goes() -> None:
    before = snapshot(Thing("a"), Thing("b"), needs={"a": "b"})
    assert planned(before, snapshot(Thing("a", "blue"))) == ["ALTER a PAINT blue", "DROP b"]


def test_parts_go_without_a_statement_of_their_own() -> None:
    assert planned(snapshot(Thing("a"), Thing("p"), parts={"p": "a"}), snapshot()) == ["DROP a"]


def test_what_only_a_part_needs_goes_after_the_whole() -> None:
    before = snapshot(Thing("z"), Thing("p"), Thing("a"), needs={"p": "a"}, parts={"p": "z"})
    assert planned(before, snapshot()) == ["DROP z", "DROP a"]


def test_parts_are_written_inside_the_whole() -> None:
    assert planned(snapshot(), snapshot(Thing("a"), Thing("p", whole="a"), Thing("q", whole="a"))) == [
        "CREATE a (p, q)"
    ]


def test_a_part_that_closes_a_circle_stands_apart() -> None:
    things = (Thing("a"), Thing("p", whole="a"), Thing("b"))
    desired = snapshot(*things, needs={"p": "a b", "b": "a"})
    assert planned(snapshot(), desired) == ["CREATE a", "CREATE b", "CREATE p"]


def test_a_circle_that_nothing_opens_is_named() -> None:
    with pytest.raises(CycleFound, match="table a"):
        planned(snapshot(), snapshot(Thing("a"), Thing("b"), needs={"a": "b", "b": "a"}))


def test_a_requirement_that_nobody_provides_is_named() -> None:
    with pytest.raises(RequirementsMissing, match="table a needs table gone"):
        planned(snapshot(), snapshot(Thing("a"), needs={"a": "gone"}))


def test_a_name_is_taken_after_its_bearer_is_gone() -> None:
    before = snapshot(Thing("k"), Thing("z", label="x"), needs={"k": "z"})
    after = snapshot(Thing("k", "blue"), Thing("q"), Thing("a", label="x"), needs={"k": "q"})
    assert planned(before, after) == ["CREATE q", "ALTER k PAINT blue", "DROP z", "CREATE a"]


def test_what_rows_are_made_of_retires_and_goes_when_they_have_moved() -> None:
    needs = {"rows": "type", "view": "rows type"}
    before = snapshot(Mould("type"), Cast("rows"), Thing("view"), needs=needs)
    after = snapshot(Mould("type", shape="square"), Cast("rows"), Thing("view"), needs=needs)
    assert planned(before, after) == [
        "DROP view",
        "RENAME type",
        "CREATE type",
        "MOVE rows",
        "DROP old_type",
        "CREATE view",
    ]


def test_what_no_rows_are_made_of_is_simply_replaced() -> None:
    before, after = snapshot(Mould("type")), snapshot(Mould("type", shape="square"))
    assert planned(before, after) == ["DROP type", "CREATE type"]


def test_the_digest_binds_the_statements_and_the_state_that_they_start_from() -> None:
    empty, one, two = snapshot(), snapshot(Thing("a")), snapshot(Thing("a"), Thing("b"))
    first = plan(compare(empty, one), empty, one, Context("me", empty))
    same = plan(compare(empty, one), empty, one, Context("me", empty))
    more = plan(compare(empty, two), empty, two, Context("me", empty))
    elsewhere = plan(compare(empty, one), empty, one, Context("me", snapshot(Thing("z"))))
    assert first.digest == same.digest
    assert len({first.digest, more.digest, elsewhere.digest}) == 3


def test_the_plan_is_the_same_however_the_objects_came_in() -> None:
    names = [f"t{number}" for number in range(30)]
    needs = {name: names[number + 1] for number, name in enumerate(names[:-1]) if number % 3}
    forwards = snapshot(*(Thing(name) for name in names), needs=needs)
    backwards = snapshot(*(Thing(name) for name in reversed(names)), needs=dict(reversed(list(needs.items()))))
    assert planned(snapshot(), forwards) == planned(snapshot(), backwards)
