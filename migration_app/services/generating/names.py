"""Names for classes, fields and choices: Python's rules, Django's rules, and no two alike."""

from __future__ import annotations

import json
import keyword
import re
from typing import TYPE_CHECKING, Final

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .shapes import ColumnShape, TableShape

Key = tuple[str, str]
_CLASSES_TAKEN: Final = frozenset(
    [
        "sql",
        "condition",
        "typed",
        "liveindex",
        "func",
        "value",
        "decimal",
        "q",
        "f",
        "models",
        "formatter",
        "opclass",
        "orderby",
        "collate",
        "arrayfield",
        "re",
    ]
)
_FIELDS_TAKEN: Final = frozenset(dir(models.Model)) | {"objects", "pk", "Meta", "id"}


class Naming:
    """What everything in the written file is called."""

    def __init__(self, tables: Iterable[TableShape]) -> None:
        self.tables = {table.key: table for table in tables}
        self.classes: dict[Key, str] = {}
        self.enums: dict[Key, str] = {}
        self._fields: dict[Key, Mapping[str, str]] = {}
        taken = set(_CLASSES_TAKEN)
        for table in self.tables.values():
            self.classes[table.key] = _free(_camel(table.name), _camel(f"{table.schema}_{table.name}"), taken)
        self._taken = taken

    def field(self, table: TableShape, column: str) -> str:
        """Give a column's field."""
        if table.key not in self._fields:
            self._fields[table.key] = self._name_fields(table)
        return self._fields[table.key][column]

    def model(self, table: Key) -> str | None:
        """Give how a foreign key names a table's model; None where there is none."""
        found = self.classes.get((table[0], table[1]))
        return None if found is None else f'"{found}"'

    def target(self, table: Key, column: str) -> str | None:
        """Give the field that a key refers to, where it isn't the primary key."""
        there = self.tables[table]
        return None if there.primary_key == (column,) else self.field(there, column)

    def choices(self, column: ColumnShape) -> str | None:
        """Give the class of an enum's choices."""
        if column.labels is None:
            return None
        key = (column.base.schema, column.base.name)
        if key not in self.enums:
            self.enums[key] = _free(f"{_camel(key[1])}Choices", f"{_camel('_'.join(key))}Choices", self._taken)
        return self.enums[key]

    def _name_fields(self, table: TableShape) -> dict[str, str]:
        taken: set[str] = set()
        found = {}
        for column in table.columns.values():
            keyed = self._is_reference(table, column)
            base = column.name
            if keyed and base.lower().endswith("_id") and base[:-3] not in table.columns:
                base = base[:-3]
            name = _identifier(base)
            # Only a key may be called id.
            allowed = name == "id" and table.primary_key == (column.name,)
            if (name in _FIELDS_TAKEN and not allowed) or keyword.iskeyword(name):
                name = f"{name}_field"
            while name in taken or (keyed and f"{name}_id" in taken):
                name = f"{name}_x"
            taken |= {name, f"{name}_id"} if keyed else {name}
            found[column.name] = name
        return found

    def _is_reference(self, table: TableShape, column: ColumnShape) -> bool:
        return any(
            each.columns == (column.name,) and (each.foreign_table[0], each.foreign_table[1]) in self.classes
            for each in table.foreign_keys
        )


def _identifier(text: str) -> str:
    name = re.sub(r"_+", "_", re.sub(r"\W", "_", text.lower())).strip("_") or "field"
    return name if name.isidentifier() else f"field_{name}"


def _camel(text: str) -> str:
    words = [word for word in re.split(r"[\W_]+", text) if word]
    name = "".join(word[:1].upper() + word[1:] for word in words) or "Table"
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"Table{name}"


def _free(first: str, second: str, taken: set[str]) -> str:
    name = first if first.lower() not in taken else second
    number = 2
    while name.lower() in taken:
        name, number = f"{second}{number}", number + 1
    taken.add(name.lower())
    return name


def enum_source(name: str, type_name: str, labels: tuple[str, ...]) -> str:
    """Give an enum as TextChoices."""
    lines = [f"class {name}(models.TextChoices):", f'    """The labels of {_doc(type_name)}, in its order."""', ""]
    taken: set[str] = set()
    for label in labels:
        member = re.sub(r"\W", "_", label).upper().strip("_") or "EMPTY"
        member = member if member.isidentifier() else f"LABEL_{member}"
        while member in taken:
            member += "_X"
        taken.add(member)
        text = json.dumps(label, ensure_ascii=False)
        lines.append(f"    {member} = {text}, {text}")
    return "\n".join(lines) + "\n"


def _doc(text: str) -> str:
    return text.replace("\\", "").replace('"', "")
