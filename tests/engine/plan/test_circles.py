"""Objects that need one another: what is created first in another form, and what is dropped in one go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from migration_app.engine.diff import compare
from migration_app.engine.model import Context, Ddl, Object, Snapshot, Verb
from migration_app.engine.plan import plan
from tests.engine.samples import Thing, at, snapshot


@dataclass(frozen=True, slots=True)
class Egg(Thing):
    """A thing that has a shell."""

    def shell(self) -> Iterable[Ddl]:
        yield Ddl(f"SHELL {self.name}")

    def fill(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"FILL {self.name}")

    def uproot(self) -> Iterable[Ddl]:
        yield Ddl(f"UPROOT {self.name}")


def planned(current: Snapshot, desired: Snapshot) -> list[str]:
    changes = compare(current, desired)
    return [statement.sql for statement in plan(changes, current, desired, Context("me", current))]


def test_a_shell_comes_first_and_is_filled_once_what_needs_it_is_there() -> None:
    desired = snapshot(Egg("type"), Thing("in"), Thing("out"), needs={"type": "in out", "in": "type", "out": "type"})
    assert planned(snapshot(), desired) == ["SHELL type", "CREATE in", "CREATE out", "FILL type"]


def test_what_is_outside_of_the_circle_waits_for_the_whole_object() -> None:
    desired = snapshot(Egg("type"), Thing("in"), Thing("a"), needs={"type": "in", "in": "type", "a": "type"})
    assert planned(snapshot(), desired) == ["SHELL type", "CREATE in", "FILL type", "CREATE a"]


def test_a_shell_waits_for_what_its_object_needs_outside_of_the_circle() -> None:
    desired = snapshot(Egg("view"), Thing("f"), Thing("z"), needs={"view": "f z", "f": "view"})
    assert planned(snapshot(), desired) == ["CREATE z", "SHELL view", "CREATE f", "FILL view"]


def test_two_circles_that_share_nothing_are_opened_one_after_the_other() -> None:
    needs = {"a": "b", "b": "a", "x": "y", "y": "x"}
    desired = snapshot(Egg("a"), Thing("b"), Egg("x"), Thing("y"), needs=needs)
    assert planned(snapshot(), desired) == ["SHELL a", "CREATE b", "FILL a", "SHELL x", "CREATE y", "FILL x"]


def test_circles_within_a_circle_are_opened_until_none_is_left() -> None:
    needs = {"a": "b", "b": "a c", "c": "b"}
    desired = snapshot(Egg("a"), Egg("b"), Thing("c"), needs=needs)
    assert planned(snapshot(), desired) == ["SHELL a", "SHELL b", "CREATE c", "FILL b", "FILL a"]


def test_one_drop_takes_the_circle_along_after_everything_else_that_needs_it() -> None:
    needs = {"type": "in out", "in": "type", "out": "type", "a": "in", "z": "type"}
    current = snapshot(Egg("type"), Thing("in"), Thing("out"), Thing("a"), Thing("z"), needs=needs)
    assert planned(current, snapshot()) == ["DROP a", "DROP z", "UPROOT type"]


def test_what_the_circle_needs_is_dropped_after_it() -> None:
    current = snapshot(Egg("type"), Thing("in"), Thing("a"), needs={"type": "in a", "in": "type"})
    assert planned(current, snapshot()) == ["UPROOT type", "DROP a"]


def test_a_circle_is_replaced_as_a_whole() -> None:
    needs = {"type": "in", "in": "type"}
    current = snapshot(Egg("type"), Thing("in"), needs=needs)
    desired = snapshot(Egg("type", shape="square"), Thing("in"), needs=needs)
    assert planned(current, desired) == ["UPROOT type", "SHELL type", "CREATE in", "FILL type"]


def test_what_is_altered_in_a_circle_is_altered_in_some_order() -> None:
    needs = {"view": "f", "f": "view"}
    current = snapshot(Undisturbed("view"), Undisturbed("f"), needs=needs)
    desired = snapshot(Undisturbed("view", "blue"), Undisturbed("f", "blue"), needs=needs)
    assert sorted(planned(current, desired)) == ["ALTER f PAINT blue", "ALTER view PAINT blue"]


def test_a_shell_says_that_it_creates_its_object() -> None:
    desired = snapshot(Egg("type"), Thing("in"), needs={"type": "in", "in": "type"})
    made = plan(compare(snapshot(), desired), snapshot(), desired, Context("me", snapshot()))
    assert [(statement.verb, statement.address) for statement in made] == [
        (Verb.CREATE, at("type")),
        (Verb.CREATE, at("in")),
        (Verb.CREATE, at("type")),
    ]


@dataclass(frozen=True, slots=True)
class Undisturbed(Thing):
    """A thing that can be painted while others need it."""

    DISTURBS: ClassVar[frozenset[str]] = frozenset()
