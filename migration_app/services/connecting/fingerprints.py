"""Which database a connection is really on, and whether two connections are on two different ones.

Names prove nothing: behind a pooler every database may be called `postgres`, and one server answers to many
addresses.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from migration_app.engine.errors import ConnectionFailed
from migration_app.services.connecting.counting import CountingConnection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

ProofKind = Literal[
    "different clusters",
    "same cluster, different databases",
    "the same database",
    "physical copy",
    "not proven",
]

# Privileges are checked when a query starts, also in branches that are never taken. The query that ts_stat() is
# given as text starts only when its branch is: a role without EXECUTE on pg_control_system() gets NULL, no error.
_FINGERPRINT: Final = """
select pg_catalog.current_database()::text,
       (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
       pg_catalog.current_setting('server_version_num')::int,
       case when pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute')
            then (select s.word from pg_catalog.ts_stat($$
                    select pg_catalog.array_to_tsvector(array[c.system_identifier::text])
                      from pg_catalog.pg_control_system() c$$) s)
       end
"""

_LOCK: Final = "select pg_catalog.pg_advisory_xact_lock(%s)"

# A bigint key is shown as two halves, with objsubid 1 (PostgreSQL documentation, "pg_locks").
_LOOK: Final = """
select l.database,
       (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  from pg_catalog.pg_locks l
 where l.locktype = 'advisory' and l.granted and l.objsubid = 1
   and l.classid::bigint = %s and l.objid::bigint = %s
"""


@dataclass(frozen=True)
class Fingerprint:
    """Which database a connection is on; `str()` gives ``database@host:port``."""

    system_identifier: str
    """The cluster's own number (pg_control_system); empty where the role may not ask for it."""
    database: str
    host: str
    """The host name, address or socket directory that the connection used."""
    port: int
    server_version: int
    """As server_version_num: 180001."""
    database_oid: int

    def __str__(self) -> str:
        return f"{self.database}@{self.host}:{self.port}"

    @property
    def confirmation(self) -> str:
        """What a person types to confirm a change: ``database@host``."""
        return f"{self.database}@{self.host}"

    @property
    def identity(self) -> str:
        """What is true whatever the address: the cluster's number and the database's oid, ``7412…/16384``."""
        return f"{self.system_identifier or 'unknown'}/{self.database_oid}"

    def document(self) -> dict[str, object]:
        """Give the fingerprint as it stands in JSON documents and records."""
        return {
            "database": self.database,
            "host": self.host,
            "port": self.port,
            "system_identifier": self.system_identifier,
            "database_oid": self.database_oid,
            "server_version": self.server_version,
        }


@dataclass(frozen=True)
class Proof:
    """What is known about two connections being on two databases."""

    distinct: bool
    kind: ProofKind
    note: str
    """One sentence for a person; empty where there is nothing to add."""
    source: Fingerprint
    target: Fingerprint


def fingerprint(conn: Connection[Any]) -> Fingerprint:
    """Ask the server which database this is: one round trip, none when asked again on the same session.

    Raises ConnectionFailed where the database isn't the one that was asked for: poolers have been seen to
    rewrite names.
    """
    if isinstance(conn, CountingConnection) and conn.known_fingerprint is not None:
        return conn.known_fingerprint
    with conn.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_FINGERPRINT).fetchone()
    info = conn.info
    if row is None:
        raise ConnectionFailed(info.dbname, "the server gave no answer to the first question")
    found = Fingerprint(
        system_identifier=row[3] or "",
        database=row[0],
        host=info.host or info.hostaddr,
        port=info.port,
        server_version=row[2],
        database_oid=row[1],
    )
    if isinstance(conn, CountingConnection):
        conn.known_fingerprint = found
    return found


def prove_distinct(a: Connection[Any], b: Connection[Any]) -> Proof:
    """Prove that two connections are on two different databases, or say why that can't be proven.

    Different clusters cost nothing beyond the fingerprints. In one cluster a lock with a random key is held
    on `b` for a moment and looked for from `a`; the cost is one more round trip on `a` and two on `b`.
    """
    source, target = fingerprint(a), fingerprint(b)
    known = bool(source.system_identifier and target.system_identifier)
    if known and source.system_identifier != target.system_identifier:
        return Proof(True, "different clusters", "", source, target)
    seen = _seen_from(a, b)
    distinct, kind, note = _judge(seen, known=known)
    return Proof(distinct, kind, note, source, target)


def _judge(seen: tuple[int, int] | None, *, known: bool) -> tuple[bool, ProofKind, str]:
    if seen is not None and seen[0] == seen[1]:
        return (
            False,
            "the same database",
            "a lock taken through one connection is seen by the other as its own",
        )
    if seen is not None:
        note = "both databases live in one cluster: roles, disk and load are shared"
        return True, "same cluster, different databases", note
    if known:
        note = (
            "both servers carry the same system identifier but don't share locks: "
            "one is a physical copy or a standby of the other"
        )
        return False, "physical copy", note
    note = (
        "a server doesn't tell its system identifier to this role, and the locks prove nothing: "
        "grant execute on function pg_control_system() to the role"
    )
    return False, "not proven", note


def _seen_from(looker: Connection[Any], holder: Connection[Any]) -> tuple[int, int] | None:
    """Give (database of the lock, own database) as the looker sees it; None where it sees no lock."""
    key = secrets.randbits(63)
    with _held(holder, key), looker.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_LOOK, (key >> 32, key & 0xFFFFFFFF)).fetchone()
    return None if row is None else (row[0], row[1])


@contextmanager
def _held(conn: Connection[Any], key: int) -> Iterator[None]:
    """Hold an advisory lock in a transaction: a session-level one stays behind in a transaction pooler."""
    idle = conn.info.transaction_status == TransactionStatus.IDLE
    with conn.pipeline():
        if idle and conn.autocommit:
            conn.execute("begin read only")
        conn.execute(_LOCK, (key,))
    try:
        yield
    finally:
        if idle and not conn.closed:
            conn.rollback()
