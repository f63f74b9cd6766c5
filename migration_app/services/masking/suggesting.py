"""Proposals for the columns that a policy doesn't decide on: from names, types, comments and what values look like.

A proposal is never a decision: it stands as ``{ suggest = … }`` in the file, and its column stays undecided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.rows.masking import Choice, place_of
from migration_app.engine.rows.masking.fitting import misfit
from migration_app.engine.rows.masking.sampling import Look, looks, paths
from migration_app.engine.rows.values.kinds import kind_of

from .policy import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from psycopg import Connection

    from migration_app.engine.rows.masking import Place
    from migration_app.engine.rows.shape import Column, Name, Shape, Table

_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"e[-_]?mail", "email"),
    (r"passw|token|secret|_hash$|api_?key|digest|salt|otp|iban|card_?n|ssn|passport|tax_?(id|n)", "hash"),
    (r"(first|given|fore)_?name", "first_name"),
    (r"(last|sur|family)_?name", "last_name"),
    (r"(full|display|contact|customer|person|holder|recipient|real|nick|user)_?name|^login$|^recipient$", "name"),
    (r"phone|mobile|^tel(_|$)|^fax", "phone"),
    (r"^ip(_|$)|_ip$|ip_addr|remote_addr|mac_addr", "address"),
    (r"street|addr(ess)?(_?line)?_?[123]?$|^line_?[123]$", "street"),
    (r"(^|_)(city|town)(_|$)", "city"),
    (r"post(al)?_?code|zip", "postcode"),
    (r"birth|^dob$|born", "date"),
    (r"note|comment|message|body|bio$|about|remark|reason|text|description|user_agent|subject|content", "text"),
)
_PERSON: Final = re.compile(r"person|people|profile|user|customer|contact|employee|member|patient|staff|author")
_KEYED: Final = frozenset({"integer", "uuid", "text"})
_FITTING: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset(
        "email hash first_name last_name name phone address street city postcode text".split()  # noqa: SIM905 - a list
    ),
    "date": frozenset({"date"}),
    "integer": frozenset(),
    "number": frozenset(),
    "address": frozenset({"address"}),
    "bytes": frozenset({"hash"}),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposal for one column."""

    mask: str
    why: str
    paths: Mapping[str, str]
    """For a document: path → mask."""
    by: str | None = None


def suggest(
    connection: Connection[Any], shape: Shape, table: Table, column: Column, copied: Container[Name]
) -> Suggestion:
    """Propose a mask that can be used, within the open transaction."""
    found = _proposed(connection, shape, table, column, copied)
    if found.mask == REFERENCE:
        return found
    if _decides_partition(shape, table, column):
        return Suggestion("keep", "it decides the partition", {})
    options = {} if found.by is None else {"by": found.by}
    leaves = {path: Choice(mask) for path, mask in found.paths.items()}
    reason = misfit(shape, table, column, Choice(found.mask, options, leaves))
    return found if reason is None else Suggestion("keep", f"no {found.mask}: {reason}", {})


def _proposed(
    connection: Connection[Any], shape: Shape, table: Table, column: Column, copied: Container[Name]
) -> Suggestion:
    place = place_of(shape, table, column)
    if any(column.name in key.columns and key.target in copied for key in table.foreign_keys):
        return Suggestion(REFERENCE, "a foreign key", {})
    if any(column.name in key.columns for key in table.foreign_keys) and place.family in _KEYED:
        return Suggestion("key", "it refers to what is not copied", {})
    if place.family == "document" and not place.array:
        found = paths(connection, table, column.name)
        return Suggestion("json", "its paths", {path: _of_path(path, look) for path, look in found.items()})
    by_word = _by_word(table, column, place)
    if place.family == "text":
        proposal = _of_text(connection, table, column, place, by_word)
        ruled = proposal.mask in {"text", "key"} and _has_pattern(shape, table, column)
        return Suggestion("keep", "a check gives its pattern", {}) if ruled else proposal
    if by_word:
        return Suggestion(by_word, "its name", {}, _owner(table) if by_word == "date" else None)
    mask = {"address": "address", "bytes": "hash"}.get(place.family, "keep")
    return Suggestion(mask, "its type", {})


def _of_text(
    connection: Connection[Any], table: Table, column: Column, place: Place, by_word: str | None
) -> Suggestion:
    look = looks(connection, table, column.name, array=place.array)
    best = look.best()
    if best in {"email", "phone", "hash"}:
        return Suggestion(best, f"{look.shares.get(best, 1.0):.0%} of a sample look like it", {})
    if _is_listed(table, column):
        return Suggestion("keep", "a check lists its values", {})
    if by_word:
        return Suggestion("hash" if by_word == "address" else by_word, "its name", {})
    if any(column.name in rule.columns for rule in table.uniques):
        return Suggestion("key", "it is unique", {})
    return Suggestion("text", "text may say anything", {})


def _of_path(path: str, look: Look) -> str:
    if look.numeric:
        return "keep"
    best = look.best()
    if best in {"email", "phone", "hash"}:
        return best
    word = _matching(path.rpartition(".")[2].removesuffix("[]").lower())
    return word if word in _FITTING["text"] and word != "address" else "text"


def _by_word(table: Table, column: Column, place: Place) -> str | None:
    fitting = _FITTING.get(place.family, frozenset())
    for words in (column.name, column.comment or ""):
        found = _matching(words.lower())
        if found in fitting:
            return found
    if column.name == "name" and _PERSON.search(table.name.table):
        return "name" if "name" in fitting else None
    return None


def _matching(words: str) -> str | None:
    return next((mask for pattern, mask in _WORDS if re.search(pattern, words)), None)


def _decides_partition(shape: Shape, table: Table, column: Column) -> bool:
    """Tell whether a mask might make a value that no partition takes."""
    parts = [other for other in shape.tables.values() if other.partition_of == table.name]
    word = re.compile(rf"(?<![\w$]){re.escape(column.name)}(?![\w$])")
    limits = not (table.partition_key or "").startswith("HASH") and all(part.bound != "DEFAULT" for part in parts)
    here = limits and word.search(table.partition_key or "") is not None
    return here or any(_decides_partition(shape, part, column) for part in parts)


def _is_listed(table: Table, column: Column) -> bool:
    return _is_checked(table, column, "(ANY|=)")


def _has_pattern(shape: Shape, table: Table, column: Column) -> bool:
    of_domain = kind_of(shape, column.type, column.modifier).checks
    return _is_checked(table, column, "~") or any("~" in (check.expression or "") for check in of_domain)


def _is_checked(table: Table, column: Column, operator: str) -> bool:
    word = re.compile(rf"(?<![\w$]){re.escape(column.name)}(?![\w$]).*{operator} ")
    return any(word.search(check.expression or "") for check in table.checks)


def _owner(table: Table) -> str | None:
    """Give the column that says whose row it is: what it refers to a person by, or its own key."""
    for key in table.foreign_keys:
        if len(key.columns) == 1 and key.target != table.name and _PERSON.search(key.target.table):
            return key.columns[0]
    return next((rule.columns[0] for rule in table.uniques if rule.primary and len(rule.columns) == 1), None)
