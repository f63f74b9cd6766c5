"""The guards: each refuses by itself one class of mistake, and no setting switches one off."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, LiteralString

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from migration_app import conf
from migration_app.engine.errors import Refused
from migration_app.engine.sql import literal
from migration_app.services.connecting.fingerprints import Proof, fingerprint, prove_distinct
from migration_app.services.connecting.marks import Mark, mark_and_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

# Nothing but SET LOCAL: what a session sets stays behind for the next client of a transaction pooler.
_LOCAL: Final[LiteralString] = (
    "select pg_catalog.set_config('TimeZone', 'UTC', true), "
    "pg_catalog.set_config('lock_timeout', %s, true), "
    "pg_catalog.set_config('statement_timeout', %s, true), "
    "pg_catalog.current_setting('transaction_read_only')"
)


_CLAIMED: Final = int.from_bytes(b"dbsep", "big")
"""The key of the one lock that stands for a database; advisory locks are the database's own."""
_CLAIM: Final[LiteralString] = "select pg_catalog.pg_try_advisory_xact_lock(%s)"
_ASK: Final[LiteralString] = "select pg_catalog.pg_try_advisory_xact_lock_shared(%s)"


@contextmanager
def read_only_transaction(
    conn: Connection[Any], *, repeatable: bool = True, snapshot: str | None = None
) -> Iterator[None]:
    """Run the block in a READ ONLY transaction and check that the server agrees: two round trips.

    `repeatable` gives one snapshot for the whole block, `snapshot` one that another session has exported. Raises
    Refused where the transaction isn't read-only after all.
    """
    level: LiteralString = "repeatable read" if repeatable else "read committed"
    with _transaction(conn, f"begin isolation level {level} read only", snapshot) as read_only:
        if not read_only:
            raise Refused(
                f"the transaction on {fingerprint(conn)} is not read-only though it was begun so",
                "Something between here and the server rewrites statements: use the direct address.",
            )
        yield


@contextmanager
def write_transaction(conn: Connection[Any]) -> Iterator[None]:
    """Run the block in a READ WRITE transaction with the timeouts of the settings; committed at its end."""
    with _transaction(conn, "begin read write") as read_only:
        if read_only:
            raise Refused(
                f"{fingerprint(conn)} accepts no writes (a standby, or a database set to read-only)",
                "Give the address of the primary.",
            )
        yield


@contextmanager
def _transaction(conn: Connection[Any], begin: LiteralString, snapshot: str | None = None) -> Iterator[bool]:
    settings = conf.get()
    timeouts = tuple(f"{round(seconds * 1000)}ms" for seconds in (settings.lock_timeout, settings.statement_timeout))
    try:
        with conn.pipeline():
            conn.execute(begin)
            if snapshot is not None:
                # Before any query: the first one takes a snapshot of its own.
                conn.execute(f"set transaction snapshot {literal(snapshot)}".encode())
            answer = conn.execute(_LOCAL, timeouts)
        row = answer.fetchone()
        yield row is not None and tuple(row)[3] == "on"
    except BaseException:
        if not conn.closed and conn.info.transaction_status != TransactionStatus.IDLE:
            # A server that is gone has rolled back already, and has nothing to say that the first error doesn't.
            with suppress(psycopg.Error):
                conn.rollback()
        raise
    conn.commit()


def claim(conn: Connection[Any]) -> None:
    """Take the database for this transaction, or raise Refused where another run is changing it: one round trip.

    The lock ends with the transaction, so it holds through a transaction pooler and never stays behind.
    """
    if conn.info.transaction_status != TransactionStatus.INTRANS:
        raise ValueError("a claim holds for a transaction: begin one first")
    _lock(conn, _CLAIM)


def require_unclaimed(conn: Connection[Any]) -> None:
    """Raise Refused where another run is changing the database: one round trip.

    What it has locked can't even be read in the meantime; a claim of one's own comes with the transaction.
    """
    if conn.info.transaction_status != TransactionStatus.IDLE:
        raise ValueError("inside a transaction it would be a claim")
    _lock(conn, _ASK)


def _lock(conn: Connection[Any], asking: LiteralString) -> None:
    with conn.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(asking, (_CLAIMED,)).fetchone()
    if row != (True,):
        raise Refused(
            f"another run of dbsep is changing {fingerprint(conn)}", "Wait until it has ended, then try again."
        )


def require_distinct(a: Connection[Any], b: Connection[Any]) -> Proof:
    """Guard 2: give the proof that the connections are on two databases, or raise Refused."""
    proof = prove_distinct(a, b)
    if proof.distinct:
        return proof
    if proof.kind == "the same database":
        problem = f"{proof.source} and {proof.target} are the same database"
        advice = "Source and target must be two databases; correct one of the addresses."
    elif proof.kind == "physical copy":
        problem = f"{proof.target} is a physical copy or a standby of {proof.source}, or the other way round"
        advice = "Use a cluster of its own (initdb), or a database created in this one."
    else:
        problem = f"it can't be proven that {proof.source} and {proof.target} are two databases"
        advice = "Grant execute on function pg_control_system() to both roles."
    raise Refused(problem, advice)


def require_target(conn: Connection[Any], alias: str) -> Mark | None:
    """Guard 3: give the target's mark, None for an empty database without one; else raise Refused."""
    if conf.get().is_production(alias):
        raise Refused(f"{alias!r} is production and never a target", "Name a test, staging or performance alias.")
    found = fingerprint(conn)
    mark, seen = mark_and_objects(conn)
    if mark is not None and mark.fingerprint == found.identity:
        return mark
    if not seen:
        return None
    shown = ", ".join(seen[:3])
    if mark is not None:
        problem = f"{found} carries the mark of another database ({mark.fingerprint}), and isn't empty ({shown})"
    else:
        problem = f"{found} isn't marked as ours to change, and isn't empty ({shown})"
    advice = (
        f"If it really is yours to change: manage.py init_environment --database {alias} --role test "
        f"--adopt '{found.confirmation}'."
    )
    raise Refused(problem, advice)


def require_confirmation(conn: Connection[Any], confirm: str | None) -> None:
    """Guard 5: raise Refused unless the typed words are ``<database>@<host>`` of this very connection."""
    wanted = fingerprint(conn).confirmation
    if confirm is None:
        raise Refused(f"changing {wanted} needs a confirmation", f"Add --confirm '{wanted}'.")
    if confirm != wanted:
        raise Refused(f"--confirm says {confirm!r}, but this is {wanted!r}", "Nothing was changed.")
