"""Reading a schema where only an SQL editor reaches the server: a statement to paste, and what it answered.

The statement is made of the same ``.sql`` files that a connection runs. It answers with one JSON document in one
cell. It sets an empty search path for itself, and the rest is evaluated after that: a scalar subquery that doesn't
depend on the outer row runs when its value is first asked for, and CASE asks for it last.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.errors import UsageError
from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Fact, Sighting
from migration_app.engine.sql import ident, idents, literal

from .assembling import assemble
from .queries import kind_query, query
from .rows import IDENTITY, REFERENCE, Answer, KindRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from migration_app.engine.model import Object, Snapshot

FORMAT: Final = 1
_MARK: Final = "dbsep_answer"
_EDGE: Final = ("classid", "objid", "objsubid", "refclassid", "refobjid", "refobjsubid", "deptype")
_SWEEP: Final = ("classid", "objid")
_ADVICE: Final = "Paste what the editor answered as it is: raw JSON, or its export as JSON or CSV."


def statement(major: int, *, part: int = 1, parts: int = 1) -> str:
    """Give the statement for a server's major version; with ``parts``, one of several whose answers go together."""
    pieces = (
        *((f"kind {kind.KIND}", _kind(kind, major)) for kind in KINDS),
        ("edges", _rows(query("depend"), _EDGE)),
        ("sweep", _sweep()),
    )
    chosen = pieces[part - 1 :: parts]
    values = "\n|| ".join(f"pg_catalog.jsonb_build_object({literal(name)}, ({sql}))" for name, sql in chosen)
    server = "pg_catalog.current_setting('server_version_num')::pg_catalog.int4"
    head = (
        f"{literal(_MARK)}, {FORMAT}, 'part', {part}, 'parts', {parts}, 'made_for', {major}, "
        f"'server_version', {server}, 'database', pg_catalog.current_database(), 'searched', s.searched"
    )
    return (
        f"-- Asks PostgreSQL {major} for its schema; changes nothing. Part {part} of {parts}.\n"
        "select case\n"
        f"when s.path <> '' or {server} / 10000 <> {major} then pg_catalog.jsonb_build_object({head})\n"
        f"else pg_catalog.jsonb_build_object({head})\n|| {values}\n"
        "end as snapshot\n"
        "from (select pg_catalog.current_schemas(true) as searched,\n"
        "             pg_catalog.set_config('search_path', '', true) as path) as s;\n"
    )


def answered(texts: Sequence[str]) -> Snapshot:
    """Give the snapshot that the answers to all parts of the statement make.

    Raises:
        UsageError: a text holds no answer, parts are missing or don't go together.

    """
    documents = [_document(text) for text in texts]
    pieces: dict[str, Any] = {}
    for document in documents:
        pieces |= document
    try:
        _hold_together(documents)
        snapshot, unresolved = assemble(_answer(pieces))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"the answer is incomplete: {error}", _ADVICE) from error
    wanted = set(unresolved)
    found = (Sighting(*row[2:5]) for row in pieces["sweep"] if (row[0], row[1]) in wanted and row[3] is not None)
    return snapshot.seen(tuple(sorted(found, key=lambda sighting: (sighting.type, sighting.identity))))


def _kind(kind: type[Object], major: int) -> str:
    sql = kind_query(kind.KIND, major)
    own = tuple(f.name for f in dataclasses.fields(kind))
    columns = (
        *IDENTITY,
        *(REFERENCE if f" as {REFERENCE[0]}" in sql else ()),
        *(own[2:] if issubclass(kind, Fact) else own),
    )
    rows = _rows(sql, columns)
    names = ", ".join(map(literal, columns))
    return f"select pg_catalog.jsonb_build_object('columns', pg_catalog.jsonb_build_array({names}), 'rows', ({rows}))"


def _rows(sql: str, columns: Sequence[str]) -> str:
    # An oid would become a JSON string.
    numbers = {*IDENTITY, *REFERENCE}
    values = (f"q.{ident(name)}" + ("::pg_catalog.int8" if name in numbers else "") for name in columns)
    return (
        f"select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array({', '.join(values)})),"
        " '[]'::pg_catalog.jsonb)"
        f"\nfrom (\n{_bare(sql)}\n) as q ({idents(columns)})"
    )


def _sweep() -> str:
    sql = (
        f"select w.classid, w.objid, i.type, i.identity, i.schema\nfrom (\n{_bare(query('sweep'))}\n) as w\n"
        "cross join lateral pg_catalog.pg_identify_object(w.classid, w.objid, 0) as i"
    )
    return _rows(sql, (*_SWEEP, "seen_type", "seen_name", "seen_place"))


def _bare(sql: str) -> str:
    """Give the query without the lines that are comments: editors limit how long a statement may be."""
    return "\n".join(line for line in sql.splitlines() if line.strip() and not line.lstrip().startswith("--"))


def _answer(pieces: Mapping[str, Any]) -> Answer:
    return Answer(
        version=pieces["server_version"],
        kinds={
            kind: KindRows(tuple(found["columns"]), found["rows"])
            for kind in KINDS
            if (found := pieces[f"kind {kind.KIND}"])
        },
        edges=[tuple(row) for row in pieces["edges"]],
        sweep=[(row[0], row[1]) for row in pieces["sweep"]],
    )


def _hold_together(documents: Sequence[Mapping[str, Any]]) -> None:
    first = documents[0]
    for document in documents:
        if document[_MARK] != FORMAT:
            raise UsageError(f"the answer has format {document[_MARK]}, not {FORMAT}", "Print the statement anew.")
        version = document["server_version"] // 10000
        if version != document["made_for"]:
            raise UsageError(
                f"the statement was made for PostgreSQL {document['made_for']}, but the server is {version}",
                f"Print it anew: snapshot_schema --print-sql --server-version {version}.",
            )
        # Operators were looked up when the statement was parsed, before it emptied the path.
        before = next((name for name in document["searched"] if not name.startswith("pg_temp")), "pg_catalog")
        if before != "pg_catalog":
            raise UsageError(
                f"the editor's search_path has schema {before} before pg_catalog, so its operators may have answered",
                "Run SET search_path = '' in the same session first, then the statement again.",
            )
        for name in ("server_version", "database", "parts"):
            if document[name] != first[name]:
                raise UsageError(
                    f"the answers differ in {name}: {first[name]}, {document[name]}", "Ask all parts anew."
                )
    missing = sorted(set(range(1, first["parts"] + 1)) - {document["part"] for document in documents})
    if missing:
        parts = ", ".join(map(str, missing))
        raise UsageError(f"of {first['parts']} parts these are missing: {parts}", "Name a file for each part.")


def _document(text: str) -> dict[str, Any]:
    for candidate in _candidates(text):
        found = _unwrapped(candidate)
        if found is not None:
            return found
    raise UsageError("this isn't the answer to the statement of --print-sql", _ADVICE)


def _candidates(text: str) -> Iterator[str]:
    """Give what may be the document: the whole, the cells of a CSV export, what is between the outermost braces."""
    yield text
    csv.field_size_limit(max(len(text) + 1, csv.field_size_limit()))
    try:
        for row in csv.reader(io.StringIO(text)):
            yield from row
    except csv.Error:
        pass
    yield text[text.find("{") : text.rfind("}") + 1]


def _unwrapped(value: object) -> dict[str, Any] | None:
    """Look for the document inside of what editors wrap around a cell: a list of rows, a row, a text."""
    while True:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return None
        elif isinstance(value, dict) and _MARK in value:
            return value
        elif isinstance(value, list | dict) and len(value) == 1:
            value = value[0] if isinstance(value, list) else next(iter(value.values()))
        else:
            return None
