"""Whether the target's tables are as the source's: rows fit only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migration_app.engine.rows.shape import Column, Name, Shape, Table


def disagreements(source: Shape, target: Shape, names: Iterable[Name]) -> tuple[str, ...]:
    """Give where the tables differ in what rows must keep, in a few words each."""
    found: list[str] = []
    for name in names:
        if name not in target.tables:
            found.append(f"{name.short} is missing")
        else:
            found += _differences(source.tables[name], target.tables[name])
    return tuple(found)


def _differences(source: Table, target: Table) -> Iterator[str]:
    short = source.name.short
    for column in source.columns:
        other = target.by_name.get(column.name)
        if other is None:
            yield f"{short}.{column.name} is missing"
        elif _facts(column) != _facts(other):
            yield f"{short}.{column.name} is another column: {_words(other)}, not {_words(column)}"
    yield from (f"{short}.{name} is the target's only" for name in target.by_name if name not in source.by_name)
    ours, theirs = _rules(source), _rules(target)
    yield from (f"{short} lacks {rule}" for rule in sorted(ours - theirs))
    yield from (f"{short} has {rule}, which is the target's only" for rule in sorted(theirs - ours))


def _facts(column: Column) -> tuple[object, ...]:
    return column.written, column.not_null, column.generated


def _words(column: Column) -> str:
    return f"{column.written}{' not null' if column.not_null else ''}{' generated' if column.generated else ''}"


def _rules(table: Table) -> set[str]:
    keys = {
        f"{key.name}: {', '.join(key.columns)} → {key.target.short} ({', '.join(key.target_columns)})"
        for key in table.foreign_keys
    }
    checks = {f"{rule.name}: {rule.definition}" for rule in (*table.checks, *table.exclusions)}
    return keys | checks | {f"{rule.name}: {rule.definition}" for rule in table.uniques}
