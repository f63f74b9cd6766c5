"""Decides how the rows of a table keep its unique indexes and exclusions, without remembering what was used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from migration_app.engine.rows.expressions import Opaque, parse
from migration_app.engine.rows.expressions.words import words

from .distinct import worth
from .makers import Constant, Numbered
from .references import Dimension, Reference, combine

if TYPE_CHECKING:
    from migration_app.engine.rows.shape import Unique

    from .designing import Draft

_ENOUGH: Final = 30
"""A column of that weight tells any number of rows apart."""
_WIDE: Final = 10**6


def settle_uniques(draft: Draft) -> None:
    """Decide on distinct columns, on references that no two rows share, and on combinations."""
    for column in draft.table.writable:
        alone = column.name not in draft.referring and column.name not in draft.given
        if alone and (column.identity or column.sequences):
            draft.tell_apart(column.name)
    keys = [_columns(draft, u.columns, u.expressions) for u in draft.table.uniques if not _spared(draft, u)]
    for columns in sorted(keys, key=lambda found: (len(found), found)):
        _settle(draft, columns)
    for rule in draft.table.exclusions:
        columns = _columns(draft, (), rule.definition)
        ranges = [c for c in columns if draft.kinds[c].subtype is not None and c not in draft.referring]
        _settle(draft, tuple(ranges) or columns)


def _spared(draft: Draft, unique: Unique) -> bool:
    """Tell whether a flag decides which rows the index holds: no row raises it, so that the others are free."""
    try:
        node = parse(unique.predicate or "")
    except Opaque:
        return False
    if node.kind != "column" or node.word not in draft.table.by_name:
        return False
    if node.word not in draft.given:
        draft.given[node.word] = Constant(value=False)
        draft.settled.add(node.word)
    return True


def _columns(draft: Draft, plain: Sequence[str], text: str | None) -> tuple[str, ...]:
    found = list(plain)
    if text:
        try:
            there = {word.text for word in words(text) if word.kind in {"name", "quoted"}}
        except Opaque:
            there = set()
        found += [name for name in draft.table.by_name if name in there and name not in found]
    return tuple(found)


def _settle(draft: Draft, columns: Sequence[str]) -> None:
    references = list({id(r): r for c in columns if (r := draft.referring.get(c))}.values())
    if any(c in draft.distinct for c in columns) or any(r.mode == "each" for r in references):
        return
    plain = [c for c in columns if c not in draft.referring and c not in draft.given and not _generated(draft, c)]
    best = max(plain, key=lambda c: _weight(draft, c), default=None)
    if best is not None and _weight(draft, best) >= _ENOUGH:
        draft.tell_apart(best)
        return
    if references and all(r.mode == "grid" for r in references) and len(references) > 1:
        return
    free = [r for r in references if r.mode == "free"]
    if (len(references) == 1 and not plain and free) or (references and len(free) < len(references) and free):
        draft.limit(free[0].one_each())
    elif free or plain:
        _combine(draft, free, plain)


def _generated(draft: Draft, column: str) -> bool:
    return draft.table.by_name[column].generated


def _weight(draft: Draft, column: str) -> int:
    return worth(draft.kinds[column], draft.understood.of(column))


def _combine(draft: Draft, references: list[Reference], plain: Sequence[str]) -> None:
    lead = max(references, key=lambda r: r.parent.size, default=None)
    others = [r for r in references if r is not lead]
    parts = [Dimension(r.available, min(r.parent.size, 8), r.availables) for r in others]
    values = []
    for column in plain:
        one = draft.another_each(column, serial=True)
        if one is not None:
            room = min(one.capacity, _WIDE)
            values.append((column, one))
            parts.append(Dimension(lambda _row, room=room: room, room, lambda rows, room=room: [room] * len(rows)))  # type: ignore[misc]
    mean = 1 / lead.ratio if lead is not None and lead.ratio else 1.0
    if lead is not None and lead.parent.size:
        mean = max(mean, draft.size / lead.parent.size)
    found = combine(lead, parts, draft.path, mean)
    if lead is not None:
        lead.mode, lead.place, lead.fan, lead.places = "grid", found.lead, found.fan, found.leads
    for number, reference in enumerate(others):
        reference.mode, reference.place, reference.places = "grid", found.part(number), found.parts(number)
    for number, (column, one) in enumerate(values, len(others)):
        place = found.part(number)
        draft.settled.add(column)
        draft.given[column] = Numbered(lambda row, one=one, place=place: one.value(place(row)))  # type: ignore[misc]
    if draft.whole and lead is not None:
        draft.size = found.capacity
    draft.limit(found.capacity)
