"""Values by Python in place of invented ones: a function, a choice, an SQL expression, or one of bakery's recipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any

from migration_app.engine.errors import UsageError
from migration_app.engine.rows.values.noise import Noise

from .recipes import expression

if TYPE_CHECKING:
    from migration_app.engine.rows.shape import Name, Shape, Table
    from migration_app.engine.rows.values import Batch, Draft, Maker

_ADVICE = "A key is 'table.column' with a function, a list or an SQL expression, or 'table' with a recipe of bakery's."


@dataclass(frozen=True)
class Row:
    """The row for which a value is asked: ``row["column"]`` is another column's value of it."""

    number: int
    """From 0."""
    noise: int
    """64 random bits: the same for the same seed, table, column and row."""
    _batch: Batch
    _place: int

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401 - of the column's type
        return self._batch[column][self._place]

    @cached_property
    def random(self) -> Random:
        """A generator of its own, begun with ``noise``."""
        return Random(self.noise)  # noqa: S311 - no secrets are made of it


Value = str | Sequence[Any] | Callable[[Row], Any]
"""An SQL expression as recipes have it; what to choose from; or a function of a row."""


@dataclass(frozen=True)
class Overrides:
    """Makers by table and column, each made when its table is designed."""

    columns: Mapping[Name, Mapping[str, Callable[[Draft, str], Maker]]] = field(default_factory=dict)

    def put(self, draft: Draft) -> None:
        """Put the values in the place of those that would be invented."""
        for column, make in self.columns.get(draft.table.name, {}).items():
            draft.referring.pop(column, None)
            draft.given[column] = make(draft, column)


def overrides(shape: Shape, values: Mapping[str, Any]) -> Overrides:
    """Give the overrides that ``values`` asks for.

    Raises:
        UsageError: a table or a column isn't there, or a value is none of those known.

    """
    found: dict[Name, dict[str, Callable[[Draft, str], Maker]]] = {}
    for key, value in values.items():
        table, column = _placed(shape, key)
        makers = found.setdefault(table.name, {})
        if column:
            makers[_checked(table, column, key)] = _maker(value, key)
        else:
            makers.update(
                {_checked(table, name, f"{key}.{name}"): one for name, one in _of_recipe(value, table, key).items()}
            )
    return Overrides(found)


def _placed(shape: Shape, key: str) -> tuple[Table, str]:
    whole = shape.find(key)
    if whole is not None:
        return shape.tables[whole], ""
    word, _, column = key.rpartition(".")
    name = shape.find(word)
    if name is None:
        raise UsageError(f"values: there is no table for {key!r} in the target", _ADVICE)
    return shape.tables[name], column


def _checked(table: Table, column: str, key: str) -> str:
    of = table.by_name.get(column)
    if of is None:
        raise UsageError(f"values: there is no column for {key!r} in the target", _ADVICE)
    if of.generated:
        raise UsageError(f"values: {key} is generated", "Leave it out: PostgreSQL reckons it.")
    return column


def _maker(value: object, key: str) -> Callable[[Draft, str], Maker]:
    if isinstance(value, str):
        return lambda draft, _: expression(draft, value)
    if isinstance(value, Sequence) and value:
        options = tuple(value)
        return lambda draft, column: _each(draft, column, lambda row: options[row.noise % len(options)])
    if callable(value):
        return lambda draft, column: _each(draft, column, value)
    raise UsageError(f"values: {key} is a {type(value).__name__}, which says no value", _ADVICE)


def _each(draft: Draft, column: str, give: Callable[[Row], Any]) -> Maker:
    streams: dict[int, Noise] = {}
    path = (*draft.path, column, "values")

    def make(batch: Batch) -> list[Any]:
        stream = streams.setdefault(batch.salt, Noise(*path, batch.salt))
        words = stream.of(batch.rows)
        return [give(Row(number, words[place], batch, place)) for place, number in enumerate(batch.rows)]

    return make


def _of_recipe(recipe: object, table: Table, key: str) -> Mapping[str, Callable[[Draft, str], Maker]]:
    try:
        from model_bakery.recipe import Recipe, finder
    except ImportError as error:
        raise UsageError("model_bakery is not installed", "Install it: pip install 'dbsep[seed]'.") from error
    if not isinstance(recipe, Recipe):
        raise UsageError(f"values: {key} is a {type(recipe).__name__}, not a recipe of model_bakery's", _ADVICE)
    model = finder.get_model(recipe._model) if isinstance(recipe._model, str) else recipe._model  # noqa: SLF001 - bakery gives no other way
    found = {}
    for name, value in recipe.attr_mapping.items():
        fields = [f for f in model._meta.concrete_fields if name in (f.name, f.attname)]
        if not fields or (fields[0].is_relation and name != fields[0].attname):
            raise UsageError(
                f"values: {key}: the recipe's {name!r} is no column of {table.name.short}",
                "Which rows refer to which is for seeding to say: leave it out.",
            )
        found[str(fields[0].column)] = _baked(value)
    return found


def _baked(value: object) -> Callable[[Draft, str], Maker]:
    if isinstance(value, Iterator):
        drawn: list[Any] = []
        return lambda draft, column: _each(draft, column, lambda row: _nth(value, drawn, row.number))
    if callable(value):
        return lambda draft, column: _each(draft, column, lambda row: _called(value, row))
    return lambda draft, column: _each(draft, column, lambda _: value)


def _nth(of: Iterator[Any], drawn: list[Any], number: int) -> Any:  # noqa: ANN401 - of the column's type
    while len(drawn) <= number:
        try:
            drawn.append(next(of))
        except StopIteration:
            raise UsageError(f"values: a recipe's iterator ends after {len(drawn)}", "Give as many as rows.") from None
    return drawn[number]


def _called(give: Callable[[], Any], row: Row) -> Any:  # noqa: ANN401 - of the column's type
    """Call what draws from bakery's random numbers, which begin with the row's own and are left as they were found."""
    from model_bakery.random_gen import baker_random

    before = baker_random.getstate()
    baker_random.seed(row.noise)
    try:
        return give()
    finally:
        baker_random.setstate(before)
