"""A module of models, written out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from .names import Naming, enum_source
from .own_classes import helper_sources
from .rules import Rules, rules_of
from .sources import FieldSource, column_source, in_django

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .shapes import Schema, TableShape

_WIDTH: Final = 116


@dataclass
class _File:
    schema: Schema
    names: Naming
    helpers: set[str] = field(default_factory=set)
    imports: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    fields: dict[tuple[str, str], list[FieldSource]] = field(default_factory=dict)


@dataclass(frozen=True)
class Module:
    """A written file."""

    text: str
    models: dict[str, str]
    """Table → class."""
    notes: tuple[str, ...]


def write_module(schema: Schema, tables: Iterable[TableShape], title: str) -> Module:
    """Give the module for tables, each of which has columns."""
    chosen = sorted((keyed(table) for table in tables), key=lambda table: table.key)
    names = Naming(chosen)
    file = _File(schema, names)
    for table in chosen:
        sources = [column_source(table, column, names) for column in table.columns.values()]
        file.fields[table.key] = sources
    _name_reverses(file)
    _add_many(file)
    classes = [_model(file, table) for table in chosen]
    enums = [
        enum_source(name, ".".join(key), schema.enums[key])
        for key, name in sorted(names.enums.items(), key=lambda item: item[1])
    ]
    helpers, more = helper_sources(file.helpers)
    head = _head(title, file.imports | more)
    text = "\n\n".join([head, *helpers, *enums, *classes])
    found = {f"{table.schema}.{table.name}": names.classes[table.key] for table in chosen}
    return Module(text, found, tuple(file.notes))


def keyed(table: TableShape) -> TableShape:
    """Give the table with a key that Django can do with: its own, or columns that are unique, or what comes closest."""
    if table.primary_key:
        return table
    filled = [name for name, column in table.columns.items() if column.not_null and column.column.generated is None]
    unique = sorted(
        (each for each in table.unique_columns if each <= set(filled)), key=lambda each: (len(each), sorted(each))
    )
    columns = tuple(name for name in table.columns if name in unique[0]) if unique else tuple(filled)
    return replace(table, stand_in_key=columns or (next(iter(table.columns)),))


def _head(title: str, imports: set[tuple[str, str]]) -> str:
    lines = [f'"""{title}"""', "", "from __future__ import annotations", ""]
    grouped: dict[str, set[str]] = {"django.db": {"models"}}
    for module, name in imports:
        grouped.setdefault(module, set()).add(name)
    plain = sorted(grouped.pop("", ()))
    lines += [f"import {name}" for name in plain]
    standard = sorted(each for each in grouped if not each.startswith("django"))
    lines += [f"from {module} import {', '.join(sorted(grouped[module]))}" for module in standard]
    lines += [""] if plain or standard else []
    rest = sorted(each for each in grouped if each.startswith("django"))
    lines += [f"from {module} import {', '.join(sorted(grouped[module]))}" for module in rest]
    return "\n".join(lines) + "\n"


def _name_reverses(file: _File) -> None:
    """Give a name to the way back of each foreign key whose own would clash."""
    used: dict[str, set[str]] = {
        name: {source.name for source in file.fields[key]} for key, name in file.names.classes.items()
    }
    for key, sources in file.fields.items():
        name = file.names.classes[key]
        keys = [source for source in sources if source.call in {"models.ForeignKey", "models.OneToOneField"}]
        targets = [source.arguments[0].strip('"') for source in keys]
        for position, source in enumerate(sources):
            if source not in keys:
                continue
            target = source.arguments[0].strip('"')
            query = name.lower()
            accessor = query if source.call == "models.OneToOneField" else f"{query}_set"
            if targets.count(target) > 1 or used[target] & {query, accessor}:
                related = f"{query}_{source.name}_set"
                while related in used[target]:
                    related += "_x"
                used[target].add(related)
                options = source.options | {"related_name": f'"{related}"'}
                sources[position] = replace(source, options=options)
            else:
                used[target] |= {query, accessor}


def _add_many(file: _File) -> None:
    """Add many-to-many fields where a table does nothing but connect two others."""
    for key, table in file.names.tables.items():
        links = [each for each in table.foreign_keys if len(each.columns) == 1]
        ends = {(each.foreign_table[0], each.foreign_table[1]) for each in links}
        pair = frozenset(each.columns[0] for each in links)
        known = len(links) == 2 and len(ends) == 2 and ends <= file.names.classes.keys()  # noqa: PLR2004 - two ends
        others = [column for name, column in table.columns.items() if name not in pair]
        if not known or pair not in table.unique_columns or not all(column.fills_itself for column in others):
            continue
        near, far = sorted(links, key=lambda each: list(table.columns).index(each.columns[0]))
        source = (near.foreign_table[0], near.foreign_table[1])
        target = file.names.classes[far.foreign_table[0], far.foreign_table[1]]
        name = file.names.classes[far.foreign_table[0], far.foreign_table[1]].lower()
        name = f"{name}_through_{file.names.classes[key].lower()}"
        options = {"through": f'"{file.names.classes[key]}"', "related_name": '"+"'}
        file.fields[source].append(FieldSource(name, "models.ManyToManyField", (f'"{target}"',), options))


def _model(file: _File, table: TableShape) -> str:
    name = file.names.classes[table.key]
    rules = rules_of(table, file.names, file.taken)
    file.helpers |= rules.helpers
    file.imports |= rules.imports
    lines = [f"class {name}(models.Model):"]
    key = table.primary_key
    if len(key) > 1:
        attributes = [_attname(file, table, column) for column in key]
        lines.append(f"    pk = models.CompositePrimaryKey({', '.join(map(json.dumps, attributes))})")
    for source in file.fields[table.key]:
        lines += _field_lines(source)
        file.helpers |= source.helpers
        file.imports |= source.imports
    if table.stand_in_key and frozenset(table.stand_in_key) not in table.unique_columns:
        file.notes.append(f"{table.schema}.{table.name} has no key: read it with {name}, don't save or delete by it")
    file.notes += [f"{table.schema}.{table.name}: {note}" for note in rules.notes]
    return "\n".join([*lines, "", *_meta_lines(table, rules)]) + "\n"


def _attname(file: _File, table: TableShape, column: str) -> str:
    name = file.names.field(table, column)
    source = next(each for each in file.fields[table.key] if each.name == name)
    return f"{name}_id" if source.call in {"models.ForeignKey", "models.OneToOneField"} else name


def _field_lines(source: FieldSource) -> list[str]:
    comment = [f"    # {source.comment}"] if source.comment else []
    line = f"    {source.line}"
    if len(line) <= _WIDTH:
        return [*comment, line]
    inside = [*source.arguments, *(f"{name}={value}" for name, value in source.options.items())]
    return [*comment, f"    {source.name} = {source.call}(", *(f"        {each}," for each in inside), "    )"]


def _meta_lines(table: TableShape, rules: Rules) -> list[str]:
    lines = ["    class Meta:", "        managed = False", f"        db_table = {_table_name(table)}"]
    if table.comment:
        lines.append(f"        db_table_comment = {json.dumps(table.comment, ensure_ascii=False)}")
    for name, found in (("constraints", rules.constraints), ("indexes", rules.indexes)):
        if found:
            lines += [f"        {name} = [", *(f"            {each}," for each in found), "        ]"]
    return lines


def _table_name(table: TableShape) -> str:
    # Django leaves alone what begins and ends with a quotation mark.
    if table.schema == "public" and '"' not in table.name:
        return json.dumps(in_django(table.name), ensure_ascii=False)
    parts = [in_django(part).replace('"', '""') for part in (table.schema, table.name)]
    return repr('"' + '"."'.join(parts) + '"')
