"""A column as the line of a model."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from .defaults import default_source
from .field_types import AUTO, FieldType, field_type, written
from .index_text import tokens, unquoted

if TYPE_CHECKING:
    from migration_app.engine.kinds.constraint import Constraint

    from .shapes import ColumnShape, TableShape


class Names(Protocol):
    """What the other parts of a model are called."""

    def field(self, table: TableShape, column: str) -> str:
        """Give a column's field."""

    def model(self, table: tuple[str, str]) -> str | None:
        """Give how a foreign key names a table's model; None where there is none."""

    def target(self, table: tuple[str, str], column: str) -> str | None:
        """Give ``to_field`` of a key to that column; None where it is the primary key."""

    def choices(self, column: ColumnShape) -> str | None:
        """Give the choices of an enum."""


@dataclass(frozen=True)
class FieldSource:
    """One field of a model, as Python source."""

    name: str
    call: str
    arguments: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    imports: frozenset[tuple[str, str]] = frozenset()
    helpers: frozenset[str] = frozenset()
    comment: str = ""

    @property
    def line(self) -> str:
        """The line as a person adds it."""
        return f"{self.name} = {self.call}({written(self.arguments, self.options)})"


def in_django(name: str) -> str:
    """Give a table's or column's name as a model has to say it: Django takes a single % for a placeholder's."""
    return name.replace("%", "%%")


def column_name(name: str) -> str:
    """Give a column's name as a model has to say it; Django quotes none that is quoted already."""
    quoted = '"' + name.replace('"', '""') + '"' if '"' in name else name
    return in_django(quoted)


def sql_text(text: str) -> str:
    """Give SQL as the argument of the written file's ``Sql``."""
    return json.dumps(text, ensure_ascii=False)


def column_source(table: TableShape, column: ColumnShape, names: Names) -> FieldSource:
    """Give the field of a column."""
    name = names.field(table, column.name)
    key = _key_of(table, column.name)
    generated = column.column.generated is not None
    to = names.model(key.foreign_table[:2]) if key is not None and not generated else None  # type: ignore[arg-type]
    if key is not None and to is not None:
        return _foreign_key(table, column, key, to, name, names)
    found = field_type(column.type, column.base, column.labels, column.column.type)
    options = dict(found.options)
    if generated:
        return _generated(table, column, found, names)
    alone = table.primary_key == (column.name,)
    call = found.call
    if alone and column.counts and not column.type.array and column.type.name in AUTO:
        call = AUTO[column.type.name]
        options, helpers = {"primary_key": "True"}, frozenset[str]()
        return FieldSource(name, call, (), _named(name, column, options), helpers=helpers)
    choices = names.choices(column)
    if choices is not None and column.base.array:
        found = replace(found, arguments=(f"{found.arguments[0][:-1]}, choices={choices})",))
    elif choices is not None:
        options["choices"] = choices
    options |= _uniqueness(table, column)
    return _with_default(table, column, found, name, options)


def _with_default(
    table: TableShape, column: ColumnShape, found: FieldType, name: str, options: dict[str, str]
) -> FieldSource:
    more = default_options(column)
    in_key = column.name in table.primary_key
    if not column.not_null and not in_key:
        options |= {"null": "True", "blank": "True"}
    elif more:
        options["blank"] = "True"
    if found.call == "models.BooleanField":
        options.pop("blank", None)
    options |= more
    helpers = found.helpers | ({"Sql"} if "Sql(" in more.get("db_default", "") else set())
    imports = found.imports | expression_imports(more.get("db_default", ""))
    return FieldSource(name, found.call, found.arguments, _named(name, column, options), imports, helpers)


def expression_imports(source: str) -> frozenset[tuple[str, str]]:
    """Give what an expression's source needs."""
    found = set()
    for name in ("Func", "Value"):
        if source.startswith(f"{name}("):
            found.add(("django.db.models", name))
    if "Decimal(" in source:
        found.add(("decimal", "Decimal"))
    return frozenset(found)


def default_options(column: ColumnShape) -> dict[str, str]:
    """Give ``db_default`` for a column that fills itself."""
    if column.identity is not None:
        # The server numbers the rows; Django writes the word DEFAULT for it.
        return {"db_default": 'Sql("DEFAULT")'}
    if column.default is None:
        return {}
    source = default_source(column)
    return {"db_default": source if source is not None else f"Sql({sql_text(_plain_sql(column.default))})"}


def _plain_sql(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _generated(table: TableShape, column: ColumnShape, found: FieldType, names: Names) -> FieldSource:
    name = names.field(table, column.name)
    inner = dict(found.options) | ({} if column.not_null else {"null": "True"})
    options = {
        "expression": f"Sql({sql_text(with_fields(table, column.column.generated or '', names))})",
        "output_field": f"{found.call}({written(found.arguments, inner)})",
        "db_persist": str(not column.column.virtual),
        **_uniqueness(table, column),
    }
    return FieldSource(
        name, "models.GeneratedField", (), _named(name, column, options), found.imports, found.helpers | {"Sql"}
    )


def with_fields(table: TableShape, sql: str, names: Names) -> str:
    """Give SQL with its columns in braces, for the written file's ``Sql``; the names are the fields'."""
    parts: list[str] = []
    words = tokens(sql)
    for position, word in enumerate(words):
        before = parts[-1] if parts else ""
        behind = next((each for each in words[position + 1 :] if not each.isspace()), "")
        is_name = word.startswith('"') or word.isidentifier()
        if (
            is_name
            and unquoted(word) in table.columns
            and behind not in {"(", "."}
            and not before.endswith((".", "::"))
        ):
            parts.append("{" + names.field(table, unquoted(word)) + "}")
        else:
            parts.append(_plain_sql(word))
    return "".join(parts)


def _foreign_key(
    table: TableShape, column: ColumnShape, key: Constraint, to: str, name: str, names: Names
) -> FieldSource:
    alone = table.primary_key == (column.name,)
    single = frozenset({column.name}) in table.unique_columns
    call = "models.OneToOneField" if single else "models.ForeignKey"
    options = {"db_column": json.dumps(column_name(column.name), ensure_ascii=False)}
    target = names.target((key.foreign_table[0], key.foreign_table[1]), key.foreign_columns[0])
    if target:
        options["to_field"] = json.dumps(target, ensure_ascii=False)
    if not single:
        options["db_index"] = "False"
    if alone:
        options["primary_key"] = "True"
    elif not column.not_null and column.name not in table.primary_key:
        options |= {"null": "True", "blank": "True"}
    more = default_options(column)
    options |= more
    helpers = frozenset({"Sql"}) if "Sql(" in more.get("db_default", "") else frozenset[str]()
    options |= comment_option(column)
    rule = key.definition.partition(" ON DELETE ")[2].split(" ON UPDATE ")[0]
    return FieldSource(
        name,
        call,
        (to, "models.DO_NOTHING"),
        options,
        expression_imports(more.get("db_default", "")),
        helpers,
        f"on deletion the database does: {rule}" if rule else "",
    )


def _named(name: str, column: ColumnShape, options: dict[str, str]) -> dict[str, str]:
    if name != column.name:
        options = options | {"db_column": json.dumps(column_name(column.name), ensure_ascii=False)}
    return options | comment_option(column)


def comment_option(column: ColumnShape) -> dict[str, str]:
    """Give ``db_comment``."""
    return {"db_comment": json.dumps(column.comment, ensure_ascii=False)} if column.comment else {}


def _uniqueness(table: TableShape, column: ColumnShape) -> dict[str, str]:
    if table.primary_key == (column.name,):
        return {"primary_key": "True"}
    return {"unique": "True"} if frozenset({column.name}) in table.unique_columns else {}


def _key_of(table: TableShape, column: str) -> Constraint | None:
    return next((each for each in table.foreign_keys if each.columns == (column,)), None)
