"""Designs a table's rows from its shape: what is distinct, what refers to what, what is free, what must be tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from migration_app.engine.errors import DbsepError
from migration_app.engine.rows.expressions import Node, Opaque, columns_of, columnwise, parse
from migration_app.engine.rows.expressions.evaluating import made
from migration_app.engine.rows.expressions.nodes import bare, walk
from migration_app.engine.rows.expressions.words import words
from migration_app.engine.rows.likeness.model import TableLikeness
from migration_app.engine.rows.shape import Check, Column, ForeignKey, Name, Shape, Table, is_required

from .batch import Maker, Parent
from .casing import SAMPLE, case
from .design import Design, Judge, Standing
from .distinct import Distinct, distinct
from .free import Free
from .groups import Test, grouped
from .kinds import Kind, kind_of
from .liking import liked, nulls_of
from .limits import Understanding
from .makers import Constant, LookedUp, Numbered
from .meaning import LATER, SELDOM
from .noise import Noise
from .partitions import narrow
from .references import Reference, index
from .runs import together
from .scalars import TEXTS, Scalar, scalar
from .unique import settle_uniques

_TIMES = frozenset({"date", "timestamp", "timestamptz"})


@dataclass(eq=False)
class Unfillable(DbsepError):
    """A table can't hold any row, with the reason."""

    table: str
    reason: str

    @property
    def message(self) -> str:
        """Name the table and the reason."""
        return f"{self.table} can't be filled: {self.reason}"


@dataclass
class Draft:
    """A table while it is being designed."""

    shape: Shape
    table: Table
    seed: int
    size: int
    ratios: Mapping[Name, float]
    like: TableLikeness | None = None
    """Another database's table of which the shape is wanted."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    understood: Understanding = field(default_factory=Understanding)
    tests: list[Test] = field(default_factory=list)
    hints: dict[str, list[Any]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    referring: dict[str, Reference] = field(default_factory=dict)
    """Column → the foreign key that decides its value."""
    distinct: dict[str, Distinct] = field(default_factory=dict)
    given: dict[str, Maker] = field(default_factory=dict)
    """Columns whose maker is decided elsewhere: by a recipe, or as part of a combination."""
    settled: set[str] = field(default_factory=set)
    """Those of them that the row's number alone decides."""
    beside: dict[str, Maker] = field(default_factory=dict)
    """What recipes reckon with that isn't a column: the row's number, values of rows referred to."""
    looks_at: list[Design] = field(default_factory=list)
    whole: bool = False
    """Every row that is referred to gets all its rows, so that sums over them never change with the size."""
    nulls: set[str] = field(default_factory=set)
    """Columns that stay null."""

    @property
    def path(self) -> tuple[object, ...]:
        """Where the table's random numbers begin."""
        return (self.seed, *self.table.name)

    def look_up(self, name: str, column: str, target: str) -> None:
        """Have a value of the row made that a column refers to; null where it refers to none."""
        reference = next((r for r in self.references if column in r.key.columns), None)
        if reference is None:
            self.beside[name] = Constant(None)
            return
        self.beside[name] = LookedUp(index(reference.key), reference.parent, target)
        if isinstance(reference.parent, Design):
            self.looks_at.append(reference.parent)
        elif isinstance(reference.parent, Standing):
            reference.parent.provide(target)

    def limit(self, rows: int) -> None:
        """Take an upper bound for the number of rows."""
        self.size = min(self.size, rows)

    def tell_apart(self, column: str) -> None:
        """Give every row another value of the column."""
        of = self.table.by_name[column]
        serial = bool(of.identity or of.sequences) or any(
            u.primary and u.columns == (column,) for u in self.table.uniques
        )
        found = self.another_each(column, serial=serial)
        if found is not None:
            self.distinct[column] = found
            self.limit(found.capacity)

    def another_each(self, column: str, *, serial: bool) -> Distinct | None:
        """Give what tells rows apart by the column, in the case that its checks ask for."""
        kind = self.kinds[column]
        found = distinct(kind, column, self.understood.of(column), (*self.path, column), serial=serial)
        if found is None or kind.name not in TEXTS:
            return found
        value = found.value
        turn = case(self.tests, column, list(map(value, range(min(SAMPLE, found.capacity)))))
        # What tells texts apart in them is digits and letters of one case.
        return found if turn is None else replace(found, value=lambda row: turn(value(row)), whole=None)


def design(  # noqa: PLR0913 - what a design rests on
    shape: Shape,
    table: Table,
    *,
    seed: int,
    size: int,
    ratios: Mapping[Name, float],
    parents: Mapping[Name, Parent],
    judge: Judge | None,
    override: Callable[[Draft], None] | None = None,
    like: TableLikeness | None = None,
) -> Design:
    """Design a table's rows; ``parents`` are the tables that were designed before it, or hold rows.

    Raises:
        Unfillable: a required reference leads nowhere, or a type isn't known.

    """
    draft = Draft(shape, table, seed, size, ratios, like)
    draft.kinds = {c.name: kind_of(shape, c.type, c.modifier) for c in table.columns}
    _understand(draft)
    own = _Own(size)
    _refer(draft, {**parents, table.name: own})
    if override is not None:
        override(draft)
    settle_uniques(draft)
    makers, fixed = _makers(draft)
    written = together([c.name for c in table.writable if c.name in makers], makers)
    groups = grouped(makers, fixed, draft.tests)
    result = Design(table, makers, written, frozenset(fixed), groups, max(draft.size, 0), judge)
    result.fans = {r.key.columns[0]: r.fan for r in draft.references if r.fan is not None}
    result.looks_at = tuple(draft.looks_at)
    own.design = result
    own.size = result.size
    return result


class _Own:
    """The table itself as a parent: its keys are known before its rows are."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.design: Design | None = None

    def values(self, column: str, rows: Sequence[int | None]) -> Sequence[Any]:
        """Give a column's values for rows by number."""
        if self.design is None:
            raise Unfillable("", "it refers to itself")
        return self.design.values(column, rows)

    def texts(self, column: str, rows: Sequence[int | None]) -> Sequence[str]:
        """Give the same as fields of COPY text."""
        if self.design is None:
            raise Unfillable("", "it refers to itself")
        return self.design.texts(column, rows)


def _understand(draft: Draft) -> None:
    for check in draft.table.checks:
        _learn(draft, check, None)
    for column in draft.table.writable:
        for check in draft.kinds[column.name].checks:
            _learn(draft, check, column.name)
    if draft.table.partitioned:
        if not any(other.partition_of == draft.table.name for other in draft.shape.tables.values()):
            raise Unfillable(draft.table.name.short, "it is partitioned and has no partition")
        narrow(draft.shape, draft.table, draft.understood)
    for column in draft.table.writable:
        if column.not_null or draft.kinds[column.name].not_null:
            draft.understood.of(column.name).required = True


def _learn(draft: Draft, check: Check, domain_of: str | None) -> None:
    expression = check.expression or ""
    try:
        node = parse(expression)
        node = _renamed(node, domain_of) if domain_of else node
    except Opaque:
        names = (domain_of,) if domain_of else _named(draft.table, expression)
        draft.tests.append(Test(check, names, None))
        return
    names = tuple(sorted(columns_of(node)))
    if any(name not in draft.table.by_name for name in names):
        draft.tests.append(Test(check, _named(draft.table, expression), None))
        return
    if draft.understood.learn(node):
        return
    for name, value in _spoken_of(node):
        draft.hints.setdefault(name, []).append(value)
    try:
        draft.tests.append(Test(check, names, columnwise(node)))
    except Opaque:
        draft.tests.append(Test(check, names, None))


def _renamed(node: Node, column: str) -> Node:
    if node.kind == "column" and node.word.upper() == "VALUE":
        return replace(node, word=column)
    return replace(node, parts=tuple(_renamed(part, column) for part in node.parts))


def _named(table: Table, expression: str) -> tuple[str, ...]:
    try:
        there = {word.text for word in words(expression) if word.kind in {"name", "quoted"}}
    except Opaque:
        there = set(table.by_name)
    return tuple(name for name in table.by_name if name in there and not table.by_name[name].generated)


def _spoken_of(node: Node) -> list[tuple[str, Any]]:
    found = []
    for part in walk(node):
        if part.kind in {"operator", "any"} and len(part.parts) == 2:  # noqa: PLR2004 - both sides
            left, right = part.parts
            if bare(left).kind == "column" and not columns_of(right):
                try:
                    value = made(right)({}, 0)
                except Opaque:
                    continue
                found += [(bare(left).word, each) for each in (value if isinstance(value, list) else [value])]
    return found


def _refer(draft: Draft, parents: Mapping[Name, Parent]) -> None:
    table = draft.table
    keys = sorted(_merged(table.foreign_keys), key=lambda key: (-len(key.columns), key.name))
    for key in keys:
        if any(column in draft.referring for column in key.columns):
            continue
        required = is_required(draft.shape, table.name, key)
        free = [c for c in key.columns if not draft.understood.of(c).required]
        nullable = len(free) == len(key.columns)
        parent = parents.get(key.target)
        itself = key.target == table.name
        if parent is None or (parent.size == 0 and not itself):
            if required:
                raise Unfillable(table.name.short, f"{key.name} refers to {key.target.short}, which holds no rows")
            draft.nulls.update(free)
            continue
        ratio = draft.ratios.get(key.target, 1.0) / draft.ratios.get(table.name, 1.0)
        reference = Reference(key, parent, ratio, nullable, itself)
        reference.like = None if draft.like is None else draft.like.of_key(key.columns)
        reference.rows = draft.size
        draft.references.append(reference)
        for column in key.columns:
            draft.referring[column] = reference


def _merged(keys: Sequence[ForeignKey]) -> list[ForeignKey]:
    """Give one key for those that share a column and lead to the same row of one table."""
    found: list[ForeignKey] = []
    for key in keys:
        pairs = dict(zip(key.columns, key.target_columns, strict=True))
        for place, other in enumerate(found):
            theirs = dict(zip(other.columns, other.target_columns, strict=True))
            if other.target == key.target and any(theirs.get(column) == of for column, of in pairs.items()):
                both = {**pairs, **theirs}
                found[place] = replace(other, columns=tuple(both), target_columns=tuple(both.values()))
                break
        else:
            found.append(key)
    return found


def _makers(draft: Draft) -> tuple[dict[str, Maker], set[str]]:
    makers: dict[str, Maker] = {index(r.key): r.maker(draft.path) for r in draft.references}
    makers.update(draft.beside)
    fixed: set[str] = {index(r.key) for r in draft.references if r.fixed}
    for column in draft.table.writable:
        name = column.name
        if name in draft.given:
            makers[name] = draft.given[name]
            if name in draft.settled:
                fixed.add(name)
        elif name in draft.nulls:
            makers[name] = Constant(None)
        elif name in draft.referring:
            reference = draft.referring[name]
            target = reference.key.target_columns[reference.key.columns.index(name)]
            makers[name] = LookedUp(index(reference.key), reference.parent, target)
            if reference.fixed and _is_fixed(reference.parent, target):
                fixed.add(name)
        elif name in draft.distinct:
            makers[name] = Numbered(draft.distinct[name].value, draft.distinct[name].whole)
            fixed.add(name)
        else:
            _free(draft, column, makers)
    return makers, fixed


def _is_fixed(parent: Parent, column: str) -> bool:
    of = getattr(parent, "design", parent)
    return of is None or column in getattr(of, "fixed", (column,))


def _free(draft: Draft, column: Column, makers: dict[str, Maker]) -> None:
    name, limits = column.name, draft.understood.of(column.name)
    if limits.only_null and not limits.required:
        makers[name] = Constant(None)
        return
    try:
        one = scalar(draft.kinds[name], name, limits)
    except Opaque:
        limits.patterns = []
        one = scalar(draft.kinds[name], name, limits)
    if one is None:
        if not limits.required or column.default is not None:
            return  # left out: null, or the default
        raise Unfillable(draft.table.name.short, f"no values of type {column.written} are known, and {name} needs one")
    nulls = 0 if limits.required else (218 if SELDOM.search(name) else 26)
    one = _in_case(draft, name, one)
    like = draft.like.columns.get(name) if draft.like is not None else None
    if like is not None:
        one, nulls = liked(draft.kinds[name], limits, one, like, draft.size), 0 if limits.required else nulls_of(like)
    after, before = _orders(draft, name)
    hints = draft.hints.get(name, ())
    makers[name] = Free((*draft.path, name), one, nulls, hints, after, before)


def _in_case(draft: Draft, name: str, one: Scalar) -> Scalar:
    if draft.kinds[name].name not in TEXTS:
        return one
    sample = list(map(one, Noise(*draft.path, name, 0).of(range(SAMPLE))))
    turn = case(draft.tests, name, sample)
    return one if turn is None else lambda n: turn(one(n))


def _orders(draft: Draft, name: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    decided = draft.referring.keys() | draft.distinct.keys() | draft.given.keys()
    after = [(o.low, o.strict) for o in draft.understood.orders if o.high == name and o.low in draft.table.by_name]
    before = [(o.high, o.strict) for o in draft.understood.orders if o.low == name and o.high in decided]
    if not after and draft.kinds[name].name in _TIMES and LATER.search(name):
        times = [c.name for c in draft.table.writable if draft.kinds[c.name].name in _TIMES]
        first = next((t for t in times if not LATER.search(t) and not SELDOM.search(t)), None)
        if first is not None and first != name:
            after.append((first, False))
    # A recipe's value may be reckoned from this very column.
    by_recipe = draft.given.keys() - draft.settled
    after = [a for a in after if a[0] not in by_recipe and not _leads_to(draft, a[0], name)]
    return tuple(after), tuple(b for b in before if b[0] not in by_recipe)


def _leads_to(draft: Draft, name: str, wanted: str) -> bool:
    """Tell whether a column is itself placed after the other, however far."""
    waiting, seen = [name], set()
    while waiting:
        one = waiting.pop()
        if one == wanted:
            return True
        if one not in seen:
            seen.add(one)
            waiting += [o.low for o in draft.understood.orders if o.high == one]
    return False
