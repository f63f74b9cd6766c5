"""How a test table's shape differs from its production table's, once the prefix is taken away from all names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.default import Default
from migration_app.engine.kinds.identity import Identity
from migration_app.engine.kinds.index import Index
from migration_app.engine.kinds.policy import Policy
from migration_app.engine.kinds.row_security import RowSecurity
from migration_app.engine.kinds.table import Table
from migration_app.engine.kinds.trigger import Trigger
from migration_app.engine.model import Address, Fact
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from migration_app.engine.model import Object, Snapshot
    from migration_app.services.analyzing.naming import Renaming

    Sides = tuple[object, object]

MISSING: Final = "missing"
"""Only production's table has it."""
EXTRA: Final = "extra"
"""Only the test table has it."""
CHANGED: Final = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the test table isn't like production's."""

    kind: str
    name: str
    """Without the prefix, as production would call it."""
    change: str
    attributes: Mapping[str, Sides]
    """Attribute → (production's, the test table's)."""

    @property
    def text(self) -> str:
        """The difference, for a person."""
        what = f"{self.kind} {ident(self.name)}" if self.name else self.kind
        if self.change == MISSING:
            return f"{what} is missing"
        if self.change == EXTRA:
            return f"{what} is only in the test table"
        parts = (f"{key} {_shown(old)} → {_shown(new)}" for key, (old, new) in self.attributes.items())
        return f"{what}: {', '.join(parts)}"


class Shapes:
    """The parts of every table, found once."""

    def __init__(self, snapshot: Snapshot, renaming: Renaming) -> None:
        self._renaming = renaming
        self._parts: dict[Address, list[Object]] = {}
        for obj in snapshot.objects.values():
            table = _table_of(obj)
            if table is not None:
                self._parts.setdefault(table, []).append(obj)

    def differences(self, table: Address, test_table: Address) -> tuple[Difference, ...]:
        """Give the differences of the test table's shape, in the order of production's columns."""
        ours, theirs = self._parts[table], self._parts[test_table]
        found = [
            *_columns(self._columns(ours), self._columns(theirs)),
            *_named(self._table(ours), self._table(theirs)),
        ]
        for kind, form in _FORMS.items():
            found += _definitions(
                kind.KIND.replace("_", " "), self._texts(ours, kind, form), self._texts(theirs, kind, form)
            )
        return tuple(found)

    def _columns(self, parts: Iterable[Object]) -> dict[str, dict[str, object]]:
        text = self._renaming.text
        columns = sorted((part for part in parts if isinstance(part, Column)), key=lambda each: each.position)
        found: dict[str, dict[str, object]] = {
            column.name: {
                "type": text(column.type),
                "not null": column.not_null,
                "default": None,
                "identity": None,
                "collation": column.collation,
                "generated": None if column.generated is None else text(column.generated),
            }
            for column in columns
        }
        for part in parts:
            if isinstance(part, Default) and part.column in found:
                found[part.column]["default"] = text(part.expression)
            elif isinstance(part, Identity) and part.column in found:
                found[part.column]["identity"] = part.generation
        return found

    def _table(self, parts: Iterable[Object]) -> dict[str, dict[str, object]]:
        found: dict[str, object] = {"row security": False, "forced row security": False}
        for part in parts:
            if isinstance(part, Table):
                key = None if part.partition_key is None else self._renaming.text(part.partition_key)
                found |= {"unlogged": part.unlogged, "partitioned by": key}
            elif isinstance(part, RowSecurity):
                found |= {"row security": part.enabled, "forced row security": part.forced}
        return {"": found}

    def _texts(self, parts: Iterable[Object], kind: type[Object], form: Callable[[Object], str]) -> dict[str, str]:
        bare, text = self._renaming.bare, self._renaming.text
        return {bare(part.path[-1]): text(form(part)) for part in parts if isinstance(part, kind)}


def _table_of(obj: Object) -> Address | None:
    """Give the table that the object is a part of."""
    if isinstance(obj, Table):
        return obj.address
    if isinstance(obj, Fact):
        return obj.of if obj.of.kind == Table.KIND else None
    table = getattr(obj, "table", None)
    schema = getattr(obj, "schema", None)
    return None if table is None or schema is None else Address(Table.KIND, (schema, table))


def _columns(ours: Mapping[str, dict[str, object]], theirs: Mapping[str, dict[str, object]]) -> Iterator[Difference]:
    for name, attributes in ours.items():
        if name not in theirs:
            yield Difference("column", name, MISSING, {k: (v, None) for k, v in attributes.items() if v})
    yield from (each for each in _named(ours, theirs, "column"))
    for name, attributes in theirs.items():
        if name not in ours:
            yield Difference("column", name, EXTRA, {k: (None, v) for k, v in attributes.items() if v})


def _named(
    ours: Mapping[str, Mapping[str, object]],
    theirs: Mapping[str, Mapping[str, object]],
    kind: str = "table",
) -> Iterator[Difference]:
    for name in ours:
        if name in theirs:
            sides = {
                key: (value, theirs[name].get(key))
                for key, value in ours[name].items()
                if value != theirs[name].get(key)
            }
            if sides:
                yield Difference(kind, name, CHANGED, sides)


def _definitions(kind: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Difference]:
    """Compare by what the objects say, whatever they are called; then by name what is left on both sides."""
    left = Counter(ours.values()) - Counter(theirs.values())
    over = Counter(theirs.values()) - Counter(ours.values())
    missing, extra = _unmatched(ours, left), _unmatched(theirs, over)
    for name in [name for name in missing if name in extra]:
        yield Difference(kind, name, CHANGED, {"definition": (missing.pop(name), extra.pop(name))})
    for name, text in missing.items():
        yield Difference(kind, name, MISSING, {"definition": (text, None)})
    for name, text in extra.items():
        yield Difference(kind, name, EXTRA, {"definition": (None, text)})


def _unmatched(named: Mapping[str, str], surplus: Counter[str]) -> dict[str, str]:
    found = {}
    for name, text in sorted(named.items(), reverse=True):
        if surplus[text] > 0:
            surplus[text] -= 1
            found[name] = text
    return dict(sorted(found.items()))


def _index(obj: Object) -> str:
    # The definition without the index's own name: CREATE UNIQUE INDEX orders_idx ON public.orders …
    assert isinstance(obj, Index)  # noqa: S101 - for the type checker
    return obj.definition.replace(f"INDEX {ident(obj.name)} ON ", "INDEX ON ", 1)


def _trigger(obj: Object) -> str:
    assert isinstance(obj, Trigger)  # noqa: S101 - for the type checker
    text = obj.definition.replace(f"TRIGGER {ident(obj.name)} ", "TRIGGER ", 1)
    return text + ("" if obj.enabled == "O" else f" ({obj.enabled})")


def _constraint(obj: Object) -> str:
    assert isinstance(obj, Constraint)  # noqa: S101 - for the type checker
    return obj.definition


def _policy(obj: Object) -> str:
    assert isinstance(obj, Policy)  # noqa: S101 - for the type checker
    kind = "PERMISSIVE" if obj.permissive else "RESTRICTIVE"
    return f"{kind} FOR {obj.command} TO {obj.roles_sql}{obj.expressions}"


_FORMS: Final[Mapping[type[Object], Callable[[Object], str]]] = {
    Constraint: _constraint,
    Index: _index,
    Trigger: _trigger,
    Policy: _policy,
}


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def as_rows(differences: Sequence[Difference]) -> list[dict[str, object]]:
    """Give the differences as they stand in a JSON document."""
    return [
        {
            "kind": each.kind,
            "name": each.name,
            "change": each.change,
            "attributes": {key: {"production": a, "test": b} for key, (a, b) in each.attributes.items()},
            "text": each.text,
        }
        for each in differences
    ]
