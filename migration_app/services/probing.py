"""What only a connection can tell about the aliases, for the system checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine.errors import DbsepError
from migration_app.services.connecting import (
    fingerprint,
    prove_distinct,
    read_mark,
    read_only_transaction,
    session,
)

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True)
class Finding:
    """One thing that a person should know, under the number of its system check."""

    id: str
    """E010, W011, …"""
    message: str
    hint: str = ""


def probe_alias(alias: str) -> tuple[Finding, ...]:
    """Connect to one alias and look: is it there, does production open read-only, is a target marked."""
    try:
        with session(alias) as conn:
            return (*_read_only(conn, alias), *_mark(conn, alias), *_encoding(conn, alias))
    except DbsepError as error:
        return (Finding("E010", error.message, error.hint),)


def probe_pair(one: str, other: str, *, same: bool) -> tuple[Finding, ...]:
    """Prove that two aliases are two databases; or one, where `same` says that one is the other's owner."""
    try:
        with session(one) as a, session(other) as b:
            proof = prove_distinct(a, b)
    except DbsepError as error:
        return (Finding("E010", error.message, error.hint),)
    if same:
        if proof.kind == "the same database":
            return ()
        message = f"{one!r} ({proof.source}) and {other!r} ({proof.target}) must be one database, and aren't"
        return (Finding("E013", message, "One of them is the owner's way into the other: correct the address."),)
    if not proof.distinct:
        message = f"{one!r} ({proof.source}) and {other!r} ({proof.target}): {proof.kind}"
        return (Finding("E011", message, f"{proof.note[:1].upper()}{proof.note[1:]}. Correct one of the addresses."),)
    if proof.note:
        return (Finding("W011", f"{one!r} and {other!r}: {proof.note}", "A cluster of its own is safer for tests."),)
    return ()


def _read_only(conn: Connection[Any], alias: str) -> tuple[Finding, ...]:
    if not conf.get().is_production(alias):
        return ()
    try:
        with read_only_transaction(conn):
            return ()
    except DbsepError as error:
        return (Finding("E012", error.message, error.hint),)


def _mark(conn: Connection[Any], alias: str) -> tuple[Finding, ...]:
    if conf.get().is_production(alias):
        return ()
    mark = read_mark(conn)
    command = f"manage.py init_environment --database {alias} --role test"
    if mark is None:
        return (Finding("W010", f"{alias!r} isn't marked as ours to change", f"Run {command}."),)
    if mark.fingerprint != fingerprint(conn).identity:
        return (Finding("W010", f"{alias!r} carries the mark of another database", f"Run {command}."),)
    return ()


def _encoding(conn: Connection[Any], alias: str) -> tuple[Finding, ...]:
    encoding = conn.info.parameter_status("server_encoding")
    if encoding in ("UTF8", None):
        return ()
    message = f"{alias!r} is encoded in {encoding}, not in UTF8"
    return (Finding("W012", message, "Text that the other side's encoding lacks can't be carried over."),)
