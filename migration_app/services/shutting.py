"""Writes the script that shuts production to tests: roles of the tests' own, and REVOKE CONNECT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.engine.sql import ident, idents
from migration_app.services.connecting.powers import users_of
from migration_app.services.trespassing import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from migration_app.services.connecting import Fingerprint, Proof
    from migration_app.services.trespassing import Way


def shutting_script(conn: Connection[Any], proof: Proof, ways: Iterable[Way]) -> str:
    """Give the script for psql that closes what is open; empty where nothing is. It holds no password, psql asks.

    Args:
        conn: on production.
        proof: which databases these are.
        ways: what was tried.

    """
    ways = tuple(ways)
    parts: list[str] = []
    own = next((way for way in ways if way.tests_own), None)
    if own is not None and own.powers is not None:
        parts += [_tester(proof), _connect(conn, proof.source, own)]
    if any(way.open and set(way.places) != {OWN} for way in ways):
        parts.append(_reader(proof.source))
    return "\n".join(parts)


def tester_name(target: Fingerprint) -> str:
    """Give the name of the role that the tests get."""
    return f"{target.database}_tester"


def reader_name(source: Fingerprint) -> str:
    """Give the name of the role that only reads production."""
    return f"{source.database}_reader"


def _tester(proof: Proof) -> str:
    role = ident(tester_name(proof.target))
    return f"""\
-- On {proof.target}, as a superuser: a role for tests only. It goes into TEST_DATABASE_URL.
CREATE ROLE {role} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
\\password {role}
GRANT CONNECT ON DATABASE {ident(proof.target.database)} TO {role};
GRANT pg_read_all_data TO {role};
"""


def _connect(conn: Connection[Any], source: Fingerprint, own: Way) -> str:
    users = [name for name in users_of(conn) if name != own.user or own.open]
    database = ident(source.database)
    lines = [
        f"-- On {source}, as a superuser or its owner: only who is named here may connect.",
        *([f"GRANT CONNECT ON DATABASE {database} TO {idents(users)};"] if users else []),
        f"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC;",
    ]
    if own.user not in users:
        lines.append(f"REVOKE CONNECT ON DATABASE {database} FROM {ident(own.user)};")
    return "\n".join([*lines, ""])


def _reader(source: Fingerprint) -> str:
    role, database = ident(reader_name(source)), ident(source.database)
    return f"""\
-- On {source}, as a superuser: a role that reads, for PROD_DATABASE_URL wherever tests run.
CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
\\password {role}
ALTER ROLE {role} SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE {database} TO {role};
GRANT pg_read_all_data, pg_read_all_stats TO {role};
"""
