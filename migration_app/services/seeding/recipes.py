"""What a team knows of its tables beyond their rules: ratios between them, and values that read true."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from migration_app.engine.errors import UsageError
from migration_app.engine.rows.expressions import Node, Opaque, columns_of, columnwise, parse
from migration_app.engine.rows.expressions.evaluating import made
from migration_app.engine.rows.values.makers import Constant, Made, Same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from migration_app.engine.rows.shape import Name
    from migration_app.engine.rows.values import Batch, Design, Draft, Maker


@dataclass(frozen=True)
class Recipes:
    """Recipes by table."""

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def ratio(self, name: Name) -> float:
        """Give how many rows the table gets for each one that was asked for."""
        return float(self.tables.get(name.short, {}).get("ratio", 1.0))

    def size(self, name: Name, asked: int) -> int:
        """Give how many rows the table gets."""
        return int(self.tables.get(name.short, {}).get("rows", max(round(asked * self.ratio(name)), 1)))

    def is_counted(self, name: Name) -> bool:
        """Tell whether the recipe gives the number of rows itself."""
        return "rows" in self.tables.get(name.short, {})

    def statement(self, name: Name) -> str | None:
        """Give the SQL that fills the table from the others, where there is one."""
        return self.tables.get(name.short, {}).get("sql")

    def in_order(self, names: Iterable[Name]) -> list[Name]:
        """Give tables in the order of their recipes: SQL may read what stands before it."""
        places = {table: place for place, table in enumerate(self.tables)}
        return sorted(names, key=lambda name: places.get(name.short, 0))

    def override(self, name: Name, designs: Mapping[Name, Design]) -> Callable[[Draft], None] | None:
        """Give what puts the recipe's values in place of invented ones; ``designs`` may still grow."""
        columns = self.tables.get(name.short, {}).get("columns")
        if not columns:
            return None

        def put(draft: Draft) -> None:
            draft.whole = bool(self.tables[name.short].get("whole"))
            for column, wanted in columns.items():
                if column in draft.table.by_name:
                    make = _value(draft, wanted, designs)
                    draft.referring.pop(column, None)
                    draft.given[column] = make

        return put


def _value(draft: Draft, wanted: str | Mapping[str, str], designs: Mapping[Name, Design]) -> Maker:
    if isinstance(wanted, str):
        return expression(draft, wanted)
    return _sum(draft, wanted, designs) if "sum" in wanted else _number_of(draft, wanted["number_of"], designs)


def _number_of(draft: Draft, wanted: str, designs: Mapping[Name, Design]) -> Maker:
    """Go through the rows of another table, which count from 1, and begin anew after the last."""
    of = draft.shape.find(wanted, draft.table.name.schema)

    def make(batch: Batch) -> list[int]:
        other = designs.get(of) if of is not None else None
        return [1 + row if other is None else 1 + row % max(other.size, 1) for row in batch.rows]

    return Made(make)


def _parsed(draft: Draft, text: str) -> Node:
    try:
        node = parse(text)
        for name in columns_of(node):
            _provide(draft, name)
        made(node)
    except Opaque as error:
        raise UsageError(
            f"the recipe of {draft.table.name.short} can't be understood: {text}",
            "Use columns, literals, CASE, arithmetic, ||, comparisons and coalesce.",
        ) from error
    return node


def _provide(draft: Draft, name: str) -> None:
    """Have ``row`` and ``reference.column`` made."""
    if name == "row":
        draft.beside[name] = Made(lambda batch: batch.rows)
    elif "." in name:
        column, _, target = name.partition(".")
        draft.look_up(name, column, target)
    elif name not in draft.table.by_name:
        raise UsageError(f"the recipe of {draft.table.name.short} names {name!r}, which isn't there", "Correct it.")


def expression(draft: Draft, text: str) -> Maker:
    """Give the maker of an SQL expression over the row's own columns and those of rows referred to."""
    node = _parsed(draft, text)
    if node.kind == "column":
        return Same(node.word)
    names = tuple(sorted(columns_of(node)))
    if not names:
        return Constant(made(node)({}, 0))
    evaluate = columnwise(node)
    return Made(lambda batch: evaluate({name: batch[name] for name in names}, len(batch)), names)


def _sum(draft: Draft, wanted: Mapping[str, str], designs: Mapping[Name, Design]) -> Maker:
    of = draft.shape.find(wanted["of"], draft.table.name.schema)
    node = parse(wanted["sum"])
    evaluate, names = columnwise(node), tuple(sorted(columns_of(node)))

    def make(batch: Batch) -> list[Any]:
        below = designs.get(of) if of is not None else None
        fan = below.fans.get(wanted["by"]) if below is not None else None
        if below is None or fan is None:
            return [0] * len(batch)
        spans = [fan.children(row) for row in batch.rows]
        rows = _joined(spans, below.size)
        counts = [len(range(span.start, min(span.stop, below.size))) for span in spans]
        sums = list(accumulate(evaluate(below.complete(rows, names), len(rows)), initial=0))
        ends = list(accumulate(counts, initial=0))
        return [sums[end] - sums[start] for start, end in pairwise(ends)]

    return Made(make)


def _joined(spans: Sequence[range], size: int) -> Sequence[int]:
    """Give all rows of the spans, as a range where they follow one another."""
    whole = range(spans[0].start, min(spans[-1].stop, size)) if spans else range(0)
    rows = [row for span in spans for row in range(span.start, min(span.stop, size))]
    return whole if len(whole) == len(rows) else rows
