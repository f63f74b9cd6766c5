"""Whether a value of a masked column stands in the target as it stood in the source: by keyed hashes, in the databases.

It knows nothing of how masks are made. The source gives a keyed hash for each value, they are put into a temporary
table of the target, and the target looks for them in everything that can hold a text: columns, elements of arrays,
strings inside documents, and addresses inside longer texts. Nothing but hashes leaves either database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.rows.copying import Rows
from migration_app.engine.sql import ident, literal

from .documents import ANY, ITEMS, steps
from .keying import SEED
from .masks import MASKS
from .places import place_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from psycopg import Connection

    from migration_app.engine.rows.shape import Name, Shape, Table

    from .choice import Choice
    from .places import Place

_SHORTEST: Final = 6
"""Characters below which a value is as likely to be there by chance."""
_PLAUSIBLE: Final = 12
"""The same for masks whose values look like other rows'."""
_LOOKED_INTO: Final = frozenset({"text", "address", "uuid", "document", "bytes"})
SKETCH: Final = Rows("pg_temp", "dbsep_sketch", ("place", "hash", "uuid"))
"""The temporary table: the column's number, the value's hash, whether the value is written like a UUID."""
_SKETCH: Final = f"{SKETCH.schema}.{SKETCH.table}"
_ROOM: Final = "64MB"
# An address inside a longer text.
_ADDRESS: Final = r"[^\s<>'',;:()\[\]]+@[^\s<>'',;:()\[\]]+[^\s<>'',;:()\[\].]"
_UUID: Final = "^[0-9A-Fa-f-]{36}$"


@dataclass(frozen=True, slots=True)
class Looked:
    """A column whose values are hashed."""

    table: Name
    column: str

    def __str__(self) -> str:
        return f"{self.table.short}.{self.column}"


def masked_columns(
    shape: Shape, table: Table, choices: Mapping[str, Choice], copied: Container[Name]
) -> Iterator[Looked]:
    """Give the columns whose values must not be found; what refers to a copied column has only values of that one."""
    referring = {column for key in table.foreign_keys if key.target in copied for column in key.columns}
    for column in table.writable:
        looked_into = place_of(shape, table, column).family in _LOOKED_INTO
        if choices[column.name].mask != "keep" and looked_into and column.name not in referring:
            yield Looked(table.name, column.name)


def source_hashes(
    shape: Shape, table: Table, choices: Mapping[str, Choice], numbered: Mapping[str, int], condition: str | None
) -> str:
    """Give the SELECT of what the sketch holds for the values of the table's masked columns."""
    rows = _rows(table, condition)
    values = [
        _values(place_of(shape, table, table.by_name[column]), rows, column, number, choices[column])
        for column, number in numbered.items()
    ]
    return f"select distinct v.place, v.hash, v.uuid from ({' union all '.join(values)}) as v"


def target_values(shape: Shape, looked: Mapping[int, Looked]) -> str:
    """Give the SELECT of (column's number, sketch's column's number, values) for what is found in the columns."""
    values: list[str] = []
    for number, one in looked.items():
        table = shape.tables[one.table]
        rows, place = _rows(table, None), place_of(shape, table, table.by_name[one.column])
        values.append(_values(place, rows, one.column, number, None))
        if place.family == "text" and not place.array:
            values.append(_addresses(rows, one.column, number))
    return (
        f"select v.place, s.place, pg_catalog.count(distinct s.hash) from ({' union all '.join(values)}) as v "
        f"join {_SKETCH} as s on s.hash = v.hash group by 1, 2"
    )


def text_columns(shape: Shape, table: Table, *, uuids: bool) -> Iterator[Looked]:
    """Give the columns that can hold a text long enough to be looked for; those of UUIDs, if one is looked for."""
    for column in table.columns:
        place = place_of(shape, table, column)
        if place.family == "uuid" and not uuids:
            continue
        if place.family in _LOOKED_INTO and (place.limit is None or place.limit >= _SHORTEST):
            yield Looked(table.name, column.name)


def open_sketch(connection: Connection[Any]) -> None:
    """Make the table for the hashes, for the open transaction."""
    made = f"create temporary table {SKETCH.table} (place int4, hash int8, uuid bool) on commit drop"
    # That it is big is all that a plan must know.
    less = ", ".join(f"alter {column} set statistics {n}" for column, n in (("place", 0), ("hash", 10), ("uuid", 0)))
    # The hashes fit, so that what is looked into needn't be written to files to be compared with them.
    room = (
        f"select pg_catalog.set_config('work_mem', '{_ROOM}', true) where pg_catalog.pg_size_bytes("
        f"pg_catalog.current_setting('work_mem')) < pg_catalog.pg_size_bytes('{_ROOM}')"
    )
    connection.execute(f"{made}; alter table {_SKETCH} {less}; {room}".encode(), prepare=False)


def close_sketch(connection: Connection[Any], harmless: Sequence[str]) -> tuple[int, bool]:
    """Take out the hashes of words that say nothing; give how many are left, and whether any is a UUID's."""
    words = f"select {_hash('w.word')} from pg_catalog.unnest(%s::text[]) as w(word)"
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(f"delete from {_SKETCH} where hash in ({words})".encode(), (list(harmless),), prepare=False)
        cursor.execute(f"analyze {_SKETCH}".encode(), prepare=False)
        query = f"select pg_catalog.count(*), coalesce(pg_catalog.bool_or(uuid), false) from {_SKETCH}"
        row = cursor.execute(query.encode(), prepare=False).fetchone()
    return (int(row[0]), bool(row[1])) if row else (0, False)


def found(connection: Connection[Any], statement: str) -> list[tuple[int, int, int]]:
    """Run what ``target_values`` gave."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return [(int(a), int(b), int(c)) for a, b, c in cursor.execute(statement.encode(), prepare=False)]


def constants(choices: Iterable[Choice]) -> Iterator[str]:
    """Give what masks put in the place of values."""
    for choice in choices:
        if choice.mask == "constant":
            yield str(choice.options["value"])
        yield from constants(choice.paths.values())


def _rows(table: Table, condition: str | None) -> str:
    only = "" if table.partitioned else "only "
    return f"(select * from {only}{table.name} where {condition})" if condition else f"{only}{table.name}"


def _hash(value: str) -> str:
    """Give the hash, keyed by a secret seed: cheap, because every text of the target gets one, and 64 bits wide."""
    # In the collation C lower() looks at ASCII only, which is many times faster and the same on every server.
    return f'pg_catalog.hashtextextended(pg_catalog.lower({value} collate "C") collate "C", {SEED})'


def _values(place: Place, rows: str, column: str, number: int, choice: Choice | None) -> str:
    """Give the SELECT for a column: one scan, because a union for each row takes far longer."""
    plausible = choice is not None and MASKS[choice.mask].plausible
    shortest = _PLAUSIBLE if plausible else _SHORTEST
    value, where = f"r.{ident(column)}", ""
    if place.family == "document":
        whole = f"pg_catalog.to_jsonb({value})" if place.array else f"{value}::jsonb"
        # Strict: the lax mode would give an array's items twice.
        rows = f"{rows} as r cross join lateral pg_catalog.jsonb_path_query({whole}, 'strict $.**') as j(item)"
        kept = "" if choice is None else _unless_kept(choice, whole)
        value, where = "(j.item #>> '{}')", f" and pg_catalog.jsonb_typeof(j.item) = 'string'{kept}"
    elif place.array:
        # In the list: as a table of its own it would be kept in memory for each row.
        rows = f"(select pg_catalog.unnest({value}) as item from {rows} as r) as a"
        value = "a.item::text"
    else:
        rows, value = f"{rows} as r", f"{value}::text"
    # What is looked into is only hashed, more or less of it: octets are counted faster, and are never fewer.
    length = "octet_length" if choice is None else "length"
    long_enough = f"pg_catalog.{length}({value}) >= {shortest}"
    looks = "" if choice is None else f", pg_catalog.length({value}) = 36 and {value} ~ '{_UUID}' as uuid"
    return f"select {number} as place, {_hash(value)} as hash{looks} from {rows} where {long_enough}{where}"


def _unless_kept(choice: Choice, value: str) -> str:
    """Leave out the strings that the document keeps by the policy."""
    kept = [_jsonpath(path) for path, inner in choice.paths.items() if inner.mask == "keep"]
    return "".join(
        f" and not exists (select from pg_catalog.jsonb_path_query({value}, {literal(path)}) as k(item) "
        "where k.item = j.item)"
        for path in kept
    )


def _jsonpath(path: str) -> str:
    words = {ITEMS: "[*]", ANY: ".*"}
    quoted = (words.get(step) or '."' + step.replace("\\", "\\\\").replace('"', '\\"') + '"' for step in steps(path))
    return f"lax ${''.join(quoted)}.**"


def _addresses(rows: str, column: str, number: int) -> str:
    text = f"r.{ident(column)}::text"
    likely = f"pg_catalog.strpos({text}, '@') > 0 and pg_catalog.strpos({text}, ' ') > 0"
    return (
        f"select {number}, {_hash('m.found[1]')} from (select * from {rows} as r where {likely} offset 0) as r "
        f"cross join lateral pg_catalog.regexp_matches({text}, {literal(_ADDRESS)}, 'g') as m(found)"
    )
