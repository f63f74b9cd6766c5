"""A table's constraints and indexes as its model's Meta says them, and what a Meta can't say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .sources import in_django, sql_text, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.kinds.constraint import Constraint

    from .index_text import IndexPart, IndexText
    from .shapes import TableShape
    from .sources import Names


@dataclass
class Rules:
    """What a Meta holds, as Python source."""

    constraints: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    helpers: set[str] = field(default_factory=set)
    imports: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def rules_of(table: TableShape, names: Names, taken: set[str]) -> Rules:
    """Give the rules of a table, under names that no other table's rules have (``taken``): Django insists on that."""
    rules = Rules()
    writer = _Writer(table, names, rules)
    for constraint in table.constraints:
        text = writer.constraint(constraint)
        if text and _is_free(constraint.name, table, taken, rules):
            rules.constraints.append(text)
    for index, parsed in table.indexes:
        if not index.valid:
            rules.notes.append(f"index {index.name} isn't valid and is left out")
        elif parsed.unique:
            text = writer.unique_index(index.name, parsed)
            if text and _is_free(index.name, table, taken, rules):
                rules.constraints.append(text)
        elif index.name[0] == "_" or index.name[0].isdigit():
            rules.notes.append(f"index {index.name}: Django takes no such name")
        elif _is_free(index.name, table, taken, rules):
            rules.indexes.append(writer.index(index.name, parsed))
            rules.helpers.add("LiveIndex")
    return rules


def _is_free(name: str, table: TableShape, taken: set[str], rules: Rules) -> bool:
    if name in taken:
        rules.notes.append(f"{name} of {table.schema}.{table.name}: another table's rule bears the same name")
        return False
    taken.add(name)
    return True


@dataclass
class _Writer:
    table: TableShape
    names: Names
    rules: Rules

    def constraint(self, constraint: Constraint) -> str:
        """Give a constraint; empty where the fields say it, or where nothing can."""
        if constraint.type == "c":
            return self._call("models.CheckConstraint", constraint.name, condition=self._check(constraint))
        if constraint.type == "u" and len(constraint.columns) > 1:
            return self._unique(constraint)
        if constraint.type == "x" or (constraint.type == "f" and len(constraint.columns) > 1):
            self.rules.notes.append(f"{constraint.name}: the database keeps it: {constraint.definition}")
        return ""

    def _check(self, constraint: Constraint) -> str:
        self.rules.helpers |= {"Sql", "Condition"}
        return f"Condition({sql_text(self._sql(constraint.expression or 'true'))})"

    def _unique(self, constraint: Constraint) -> str:
        options = {"fields": self._fields(constraint.columns)}
        if constraint.deferrable:
            options["deferrable"] = f"models.Deferrable.{'DEFERRED' if constraint.deferred else 'IMMEDIATE'}"
        if "NULLS NOT DISTINCT" in constraint.definition:
            options["nulls_distinct"] = "False"
        return self._call("models.UniqueConstraint", constraint.name, **options)

    def unique_index(self, name: str, index: IndexText) -> str:
        """Give a unique index; empty where a field's ``unique`` says it."""
        if index.is_plain and len(index.columns) == 1:
            return ""
        expressions: tuple[str, ...] = ()
        options: dict[str, str] = {}
        if len(index.columns) == len(index.parts):
            options["fields"] = self._fields(index.columns)
        else:
            expressions = tuple(self._expression(part) for part in index.parts)
        if not index.nulls_distinct:
            options["nulls_distinct"] = "False"
        if index.include and not expressions:
            options["include"] = self._fields(index.include)
        options |= self._condition(index)
        return self._call("models.UniqueConstraint", name, *expressions, **options)

    def index(self, name: str, index: IndexText) -> str:
        """Give an index."""
        expressions: tuple[str, ...] = ()
        options = {"method": json.dumps(index.method)} if index.method != "btree" else {}
        bare = all(part.column is not None and not part.collation and not part.nulls for part in index.parts)
        classes = [part.opclass for part in index.parts if part.opclass]
        if bare and len(classes) in {0, len(index.parts)}:
            listed = [("-" if part.descending else "") + self._name(part.column or "") for part in index.parts]
            options["fields"] = _list(listed)
            if classes:
                options["opclasses"] = _list(classes)
        else:
            expressions = tuple(self._expression(part) for part in index.parts)
        if index.include:
            options["include"] = self._fields(index.include)
        options |= self._condition(index)
        return self._call("LiveIndex", name, *expressions, **options)

    def _expression(self, part: IndexPart) -> str:
        if part.column is not None:
            self.rules.imports.add(("django.db.models", "F"))
            text = f"F({json.dumps(self._name(part.column))})"
        else:
            self.rules.helpers.add("Sql")
            text = f"Sql({sql_text(self._sql(part.expression))})"
        if part.collation:
            self.rules.imports.add(("django.db.models.functions", "Collate"))
            text = f"Collate({text}, {json.dumps(part.collation.rpartition('.')[2].strip(chr(34)))})"
        if part.opclass:
            self.rules.imports.add(("django.contrib.postgres.indexes", "OpClass"))
            text = f"OpClass({text}, name={json.dumps(part.opclass)})"
        if part.descending or part.nulls:
            self.rules.imports.add(("django.db.models", "OrderBy"))
            more = f", nulls_{part.nulls.lower()}=True" if part.nulls else ""
            text = f"OrderBy({text}{', descending=True' if part.descending else ''}{more})"
        return text

    def _condition(self, index: IndexText) -> dict[str, str]:
        if index.condition is None:
            return {}
        self.rules.helpers |= {"Sql", "Condition"}
        self.rules.imports.add(("django.db.models", "Q"))
        return {"condition": f"Q(Condition({sql_text(self._sql(index.condition))}))"}

    def _sql(self, text: str) -> str:
        return with_fields(self.table, text, self.names)

    def _name(self, column: str) -> str:
        return self.names.field(self.table, column)

    def _fields(self, columns: tuple[str, ...]) -> str:
        return _list([self._name(column) for column in columns])

    def _call(self, call: str, name: str, *arguments: str, **options: str) -> str:
        # Django puts the app's and the class's name where % stands in a name.
        options = {**options, "name": json.dumps(in_django(name), ensure_ascii=False)}
        return f"{call}({', '.join(_words(arguments, options))})"


def _words(arguments: tuple[str, ...], options: dict[str, str]) -> Iterator[str]:
    yield from arguments
    for name, value in options.items():
        yield f"{name}={value}"


def _list(names: list[str]) -> str:
    return "[" + ", ".join(json.dumps(name, ensure_ascii=False) for name in names) + "]"
