"""Reads recipe files, and says where in which file one is wrong."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.conf import settings

from migration_app import conf
from migration_app.engine.errors import UsageError
from migration_app.engine.rows.expressions import Opaque, columns_of, parse
from migration_app.engine.rows.expressions.evaluating import made
from migration_app.models import core_models

from .recipes import Recipes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from migration_app.engine.rows.shape import Shape, Table

_APP: Final = Path(__file__).resolve().parents[2]
_SUM: Final = frozenset({"sum", "of", "by"})
_NUMBER: Final = frozenset({"number_of"})
_ADVICE: Final = "Write { sum = EXPRESSION, of = TABLE, by = COLUMN } or { number_of = TABLE }."
_KEY: Final = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_HEADER: Final = re.compile(r"\s*\[\s*([^\]]+?)\s*\]")


def find_recipes(shape: Shape) -> Recipes:
    """Give the recipes for a database: the app's own for the core tables, the project's over them, table by table.

    Raises:
        UsageError: a file can't be read, or says something that isn't known or isn't there.

    """
    core = {model.table(): {str(field.column) for field in model._meta.concrete_fields} for model in core_models()}
    found = {
        table: recipe
        for path in sorted(own_folder().glob("*.toml"))
        for table, recipe in _File.read(path).recipes.items()
        if _is_core(shape, table, core.get(table, set()).union(recipe.get("columns", ())))
    }
    for path in _project_files():
        one = _File.read(path)
        one.check_against(shape)
        found.update(one.recipes)
    return Recipes(found)


def own_folder() -> Path:
    """Give the folder of the app's own recipes: in the package once it is built, ``fixtures/seeds`` in a checkout."""
    packaged = _APP / "seeds"
    return packaged if packaged.is_dir() else _APP.parent / "fixtures" / "seeds"


def _project_files() -> list[Path]:
    folder = conf.get().recipes
    if "RECIPES" in (getattr(settings, "DBSEP", None) or {}) and not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "Correct DBSEP['RECIPES'], or make the folder.")
    return [] if folder.resolve() == own_folder() else sorted(folder.glob("*.toml"))


def _is_core(shape: Shape, table: str, columns: set[str]) -> bool:
    """Tell whether the database's table of that name is the one that the recipe is for."""
    name = shape.find(table)
    return name is not None and columns <= set(shape.tables[name].by_name)


@dataclass(frozen=True)
class _File:
    """A file of recipes, all keys of which are known."""

    path: Path
    text: str
    recipes: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls, path: Path) -> _File:
        try:
            text = path.read_text(encoding="utf-8")
            one = cls(path, text, tomllib.loads(text))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(f"{path} can't be read: {error}", "Correct the recipe.") from error
        one._check()
        return one

    def check_against(self, shape: Shape) -> None:
        """Find what the database lacks."""
        for table, recipe in self.recipes.items():
            name = shape.find(table)
            if name is None:
                self._wrong(
                    (table,), "there is no such table in the target", "Correct the name, or clone the table first."
                )
            for column, wanted in recipe.get("columns", {}).items():
                self._check_column((table, "columns", column), shape, shape.tables[name], wanted)

    def _check(self) -> None:
        for table, recipe in self.recipes.items():
            if not isinstance(recipe, dict):
                self._wrong((table,), "a recipe is a table of TOML", f"Write [{table}] and its keys below.")
            for key, value in recipe.items():
                if key not in _KEYS:
                    self._wrong((table, key), "no such key is known", f"The keys are {', '.join(sorted(_KEYS))}.")
                fits, expected = _KEYS[key]
                if not fits(value):
                    self._wrong((table, key), f"{value!r} won't do", f"Expected {expected}.")
            if "sql" in recipe and len(recipe) > 1:
                self._wrong((table, "sql"), "SQL that fills a table leaves nothing to other keys", "Leave them out.")
            for column, wanted in recipe.get("columns", {}).items():
                self._check_value((table, "columns", column), wanted)

    def _check_value(self, path: tuple[str, ...], wanted: object) -> None:
        if isinstance(wanted, dict):
            if set(wanted) not in (_SUM, _NUMBER) or not all(isinstance(word, str) for word in wanted.values()):
                self._wrong(path, f"no such value is known: {', '.join(wanted)}", _ADVICE)
            wanted = wanted.get("sum", "0")
        if not isinstance(wanted, str):
            self._wrong(path, f"{wanted!r} is no SQL expression", """Write it as a string: "0", or "'a text'".""")
        try:
            made(parse(wanted))
        except Opaque:
            advice = "Use columns, literals, CASE, arithmetic, ||, comparisons and coalesce."
            self._wrong(path, f"the expression can't be understood: {wanted}", advice)

    def _check_column(self, path: tuple[str, ...], shape: Shape, table: Table, wanted: Any) -> None:  # noqa: ANN401 - TOML
        column = table.by_name.get(path[-1])
        if column is None:
            self._wrong(path, f"{table.name.short} has no such column", "Correct the name.")
        if column.generated:
            self._wrong(path, "the column is generated", "Leave it out: PostgreSQL reckons it.")
        below = table
        if isinstance(wanted, dict) and "number_of" in wanted:
            if shape.find(wanted["number_of"], table.name.schema) is None:
                self._wrong(path, f"there is no table {wanted['number_of']!r} in the target", "Correct the name.")
            return
        if isinstance(wanted, dict):
            name = shape.find(wanted["of"], table.name.schema)
            below = shape.tables[name] if name is not None else table
            if name is None or not any(
                key.target == table.name and key.columns == (wanted["by"],) for key in below.foreign_keys
            ):
                advice = "Name a table, and the column by which its rows refer to this one's."
                self._wrong(path, f"{wanted['of']}.{wanted['by']} doesn't refer to {table.name.short}", advice)
            wanted = wanted["sum"]
        for word in sorted(columns_of(parse(wanted))):
            if not _is_there(shape, below, word):
                self._wrong(path, f"{word!r} is no column of {below.name.short}", "Correct the name.")

    def _wrong(self, path: tuple[str, ...], problem: str, advice: str) -> NoReturn:
        raise UsageError(f"{self.path}, line {self._line(path)}: {'.'.join(path)}: {problem}", advice)

    def _line(self, path: tuple[str, ...]) -> int:
        """Give the line of the key, or of the nearest one above it that is found."""
        lines = list(_keys(self.text))
        for size in range(len(path), 0, -1):
            for number, found in lines:
                if found[:size] == path[:size]:
                    return number
        return 1


def _is_there(shape: Shape, table: Table, word: str) -> bool:
    column, dot, target = word.partition(".")
    if not dot:
        return word == "row" or word in table.by_name
    keys = (key for key in table.foreign_keys if column in key.columns and key.target in shape.tables)
    return any(target in shape.tables[key.target].by_name for key in keys)


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give each line that begins with a key, with its path."""
    above: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            above = _parts(header.group(1))
            yield number, above
        elif key := _KEY.match(line):
            yield number, (*above, *_parts(key.group(1)))


def _parts(dotted: str) -> tuple[str, ...]:
    found = re.findall(r"""\s*("[^"]*"|'[^']*'|[^.]+)\s*\.?""", dotted)
    return tuple(part.strip().strip("\"'") for part in found)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


_KEYS: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "ratio": (_is_number, "a number above 0: rows for each one that is asked for"),
    "rows": (lambda value: _is_number(value) and isinstance(value, int), "a whole number above 0"),
    "whole": (lambda value: isinstance(value, bool), "true or false"),
    "sql": (lambda value: isinstance(value, str) and bool(value.strip()), "a statement that inserts the rows"),
    "columns": (lambda value: isinstance(value, dict), "columns and their expressions"),
}
