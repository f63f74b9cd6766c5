"""Tells whether two databases' answers make the same schema, without making objects of them: an eighth of the time."""

from __future__ import annotations

from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Fact, Object

from .resolving import Names
from .rows import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .rows import Answer, KindRows

_Name = tuple[str, tuple[Any, ...]]
_OID: Final = itemgetter(0, 1, 2)
_ROW: Final = itemgetter(0, 1)


def same(one: Answer, other: Answer) -> bool:
    """Tell whether the two differ in no attribute that ``compare`` holds, and hold nothing that isn't modelled.

    What is held is what ``compare`` holds: every object's address and compared attributes. False where that can't be
    told from the rows alone; then the snapshots have to be made and compared.
    """
    left, right = _Reading(one), _Reading(other)
    kinds = [kind for kind in KINDS if kind in one.kinds]
    if kinds != [kind for kind in KINDS if kind in other.kinds]:
        return False
    own = [kind for kind in kinds if not issubclass(kind, Fact)]
    if not all(_equal(left.objects(kind), right.objects(kind)) or kind.SHARED for kind in own):
        return False
    if left.names.unresolved(one.sweep) or right.names.unresolved(other.sweep):
        return False
    return all(_equal(left.facts(kind), right.facts(kind)) for kind in kinds if issubclass(kind, Fact))


def _equal(left: object, right: object) -> bool:
    return left is not None and left == right


class _Reading:
    """One answer's rows under the names of the objects."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.names: Names[_Name] = Names()
        self.names.note(answer.edges)

    def objects(self, kind: type[Object]) -> dict[Any, Any] | None:
        """Give address → compared values; None where two have one address."""
        key, values = _getters(kind, self._answer.kinds[kind])
        rows = self._rows(kind)
        paths = list(map(key, rows))
        self.names.known.update(zip(map(_OID, rows), zip(repeat(kind.KIND), paths), strict=False))
        found = dict(zip(paths, map(values, rows), strict=True))
        return found if len(found) == len(rows) else None

    def facts(self, kind: type[Fact]) -> set[Any] | None:
        """Give what each is of and its values, from which its address follows; None where one is of nothing known."""
        given = self._answer.kinds[kind]
        key, values = _getters(kind, given)
        refers = shape_of(kind, given).refers
        rows = self._rows(kind)
        found: set[Any] = set()
        for row in rows:
            oid = _OID(row)
            of = self.names.exact(oid) or (self.names.resolve(oid) if oid[2] or refers else None)
            if of is None:
                return None
            found.add((of, key(row), repr(values(row))))  # a value may be a list, which no set holds
        return found if len(found) == len(rows) else None

    def _rows(self, kind: type[Object]) -> Sequence[Sequence[object]]:
        rows = self._answer.kinds[kind].rows
        members = self.names.members
        return [row for row in rows if _ROW(row) not in members] if members else rows


def _getters(kind: type[Object], rows: KindRows) -> tuple[Callable[[Any], tuple[Any, ...]], Callable[[Any], Any]]:
    start = shape_of(kind, rows).fields
    places = {name: number for number, name in enumerate(rows.columns) if number >= start}
    return _getter([places[name] for name in kind.KEY]), _getter([places[name] for name in kind.compared()])


def _getter(places: list[int]) -> Callable[[Any], tuple[Any, ...]]:
    """Give what takes those columns of a row as a tuple, however many there are."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)
