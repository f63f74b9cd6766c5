"""The classes that a written file defines for itself, so that it needs nothing but Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable

SQL: Final = '''class Sql(Func):
    """SQL as the database has it; what stands in braces is a field."""

    def __init__(self, sql, output_field=None):
        self.sql = sql
        names = [name for _, name, _, _ in Formatter().parse(sql) if name]
        super().__init__(*names, output_field=output_field)

    def as_sql(self, compiler, connection, **context):
        sources = iter(self.get_source_expressions())
        text, params = "", []
        for words, name, _, _ in Formatter().parse(self.sql):
            text += words.replace("%", "%%")
            if name:
                sql, values = compiler.compile(next(sources))
                text += sql
                params += values
        return text, params
'''
CONDITION: Final = '''class Condition(Sql):
    """SQL that is true or false."""

    def __init__(self, sql, output_field=None):
        super().__init__(sql, output_field or models.BooleanField())
'''
TYPED: Final = '''class Typed:
    """A field whose column type is PostgreSQL's own to name."""

    def __init__(self, *arguments, type_name=None, **options):
        self.type_name = type_name
        super().__init__(*arguments, **options)

    def db_type(self, connection):
        return self.type_name or super().db_type(connection)

    def cast_db_type(self, connection):
        return self.type_name or super().cast_db_type(connection)

    def deconstruct(self):
        name, path, arguments, options = super().deconstruct()
        return name, path, arguments, {**options, "type_name": self.type_name}
'''
INDEX: Final = '''class LiveIndex(models.Index):
    """An index as the database has it: of any method, with a name as long as PostgreSQL's."""

    max_name_length = 63

    def __init__(self, *expressions, method="btree", **options):
        self.method = method
        super().__init__(*expressions, **options)

    def create_sql(self, model, schema_editor, using="", **options):
        return super().create_sql(model, schema_editor, using=f" USING {self.method}", **options)

    def deconstruct(self):
        path, expressions, options = super().deconstruct()
        return path, expressions, {**options, "method": self.method}
'''
_ARRAY: Final = r'''class TypedArrayField(Typed, ArrayField):
    """An array of a type that the driver doesn't know: it comes as text."""

    def from_db_value(self, value, expression, connection):
        if not isinstance(value, str):
            return value
        found = re.findall(r'"((?:[^"\\]|\\.)*)"|([^{},]+)', value)
        return [None if bare == "NULL" else bare or re.sub(r"\\(.)", r"\1", quoted) for quoted, bare in found]
'''
_BODIES: Final = {
    "LocalDateTimeField": '''class LocalDateTimeField(Typed, models.DateTimeField):
    """A time without a zone: naive in the database and here."""

    def get_prep_value(self, value):
        return self.to_python(models.Field.get_prep_value(self, value))
''',
    "TypedJSONField": '''class TypedJSONField(Typed, models.JSONField):
    """A column of type json, which the driver has decoded already."""

    def from_db_value(self, value, expression, connection):
        return value
''',
    "TypedArrayField": _ARRAY,
}


def helper_sources(names: Iterable[str]) -> tuple[list[str], frozenset[tuple[str, str]]]:
    """Give the classes, each behind what it is made of, and what they import."""
    wanted = set(names)
    imports: set[tuple[str, str]] = set()
    found = []
    if wanted & {"Sql", "Condition"}:
        imports |= {("string", "Formatter"), ("django.db.models", "Func")}
        found.append(SQL)
    if "Condition" in wanted:
        found.append(CONDITION)
    if "LiveIndex" in wanted:
        found.append(INDEX)
    fields = sorted(wanted - {"Sql", "Condition", "LiveIndex"})
    if fields:
        found.append(TYPED)
    for name in fields:
        found.append(_BODIES.get(name) or _typed(name))
        if name == "TypedArrayField":
            imports |= {("", "re"), ("django.contrib.postgres.fields", "ArrayField")}
    return found, frozenset(imports)


def _typed(name: str) -> str:
    base = name.removeprefix("Typed")
    whole = f"models.{base}" if hasattr(models, base) else base
    return f'class {name}(Typed, {whole}):\n    """{base} under the type\'s own name."""\n'
