"""Verifies that tests can't reach production: two databases, and a command that leaves one alone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from migration_app.engine.errors import UsageError
from migration_app.services import credentials
from migration_app.services.connecting import (
    Fingerprint,
    Proof,
    activity,
    connection_params,
    prove_distinct,
    session,
)
from migration_app.services.dialed import local_ports, opened
from migration_app.services.history import recorded
from migration_app.services.shutting import shutting_script
from migration_app.services.trespassing import Way, ways_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection

_EVERY: Final = 0.5
"""Seconds between two looks at production's sessions."""


@dataclass(frozen=True)
class Watched:
    """What production's server saw while the command ran."""

    exit_code: int
    writes: tuple[activity.Write, ...]
    sessions: tuple[str, ...]
    """`application (user)` of new sessions that came from this machine's address."""
    dialed: int | None
    """Connections from this machine to production, by its kernel, short ones included; None where it doesn't tell."""
    begun: int | None
    """Sessions begun by anyone, this one's own aside; None where the server doesn't count them."""

    @property
    def rows(self) -> int:
        """Rows written to production by anyone."""
        return sum(write.rows for write in self.writes)

    @property
    def by_others(self) -> bool:
        """Whether what was written must have been written through sessions that were open before."""
        return self.begun == 0 and not self.connected

    @property
    def connected(self) -> bool:
        """Whether a session from here was on production."""
        return bool(self.sessions or self.dialed)


@dataclass(frozen=True)
class Isolation:
    """Whether the target is apart from production, with the evidence."""

    proof: Proof
    credentials: tuple[credentials.Credential, ...]
    ways: tuple[Way, ...]
    """What was tried on production, and what it could have done."""
    script: str
    """What closes the ways that are open; empty where none is."""
    watched: Watched | None
    """None where no command was given."""
    run: int | None

    @property
    def source(self) -> Fingerprint:
        """Production."""
        return self.proof.source

    @property
    def shut(self) -> bool:
        """Whether production can't be changed with what every test process holds: the test alias's credentials."""
        return not any(way.open and way.tests_own for way in self.ways)

    @property
    def met(self) -> bool:
        """Whether all holds: two databases, and a command that succeeded and wrote nothing there."""
        if not self.proof.distinct:
            return False
        watched = self.watched
        if watched is None:
            return True
        return watched.exit_code == 0 and not watched.connected and (not watched.writes or watched.by_others)


def verify_isolation(source: str = "prod", target: str = "test", *, command: Sequence[str] = ()) -> Isolation:
    """Prove the databases distinct, try what credentials open production, watch it while the command runs.

    Nothing is changed. The command runs with harmless values in the environment's variables that open production, its
    output on stderr. Raises UsageError for a command that can't be started.
    """
    arguments = {"source": source, "target": target, "command": list(command)}
    with (
        recorded("verify_isolation", arguments=arguments) as run,
        session(source) as prod,
        session(target) as test,
    ):
        with run.step("prove that the databases are two"):
            proof = prove_distinct(prod, test)
        run.databases(source=proof.source, target=proof.target)
        place = _production(source, target, proof)
        base = Path(getattr(settings, "BASE_DIR", Path.cwd()))
        with run.step("look for credentials"):
            seen = credentials.visible(place, base)
        with run.step("try to get into production"):
            ways = ways_in(source, target, credentials.usable(place, base)) if proof.distinct else ()
            script = shutting_script(prod, proof, ways)
        watched = None
        if command:
            with run.step("watch production while the command runs"):
                watched = _watch(source, prod, command, credentials.harmless(place, base))
        result = Isolation(proof, seen, ways, script, watched, run.number)
        run.outcome("done" if result.met else "differences", _summary(result))
        return result


def _production(source: str, target: str, proof: Proof) -> credentials.Production:
    test = connection_params(target)
    spot = (str(test.get("host") or ""), str(test.get("port") or "5432"), str(test.get("dbname") or ""))
    return credentials.Production(connection_params(source), proof.source, {spot})


def _watch(alias: str, conn: Connection[Any], command: Sequence[str], changed: Mapping[str, str | None]) -> Watched:
    before = activity.count(conn)
    wanted = {**os.environ, **changed}
    environment = {name: value for name, value in wanted.items() if value is not None}
    with _looking(alias, before.open_here) as seen:
        try:
            # Its output goes to stderr: stdout belongs to our one document.
            ended = subprocess.run(list(command), check=False, env=environment, stdout=sys.stderr.fileno())
        except OSError as error:
            raise UsageError(f"{command[0]!r} can't be started: {error.strerror}", "Give a program after --.") from None
    after = activity.count(conn, settle=True)
    known = before.sessions is not None and after.sessions is not None
    begun = after.sessions - before.sessions - 1 if known else None  # type: ignore[operator]
    return Watched(
        ended.returncode,
        activity.written(before, after),
        tuple(sorted(set(seen.sessions.values()))),
        seen.dialed,
        begun,
    )


@dataclass
class _Seen:
    """What was seen of sessions from here."""

    sessions: dict[int, str]
    dialed: int | None = None


@contextmanager
def _looking(alias: str, known: frozenset[int]) -> Iterator[_Seen]:
    """Look for sessions on production all the while, through a session of our own that doesn't count."""
    seen = _Seen({})
    ports: dict[int, float] = {}
    stop = threading.Event()

    def look(conn: Connection[Any]) -> None:
        while not stop.wait(_EVERY):
            ports.update(_ports(conn) or {})
            for pid, application, user in activity.sessions_here(conn):
                if pid not in known and application != "dbsep":
                    seen.sessions[pid] = f"{application or 'unnamed'} ({user})"

    with session(alias) as conn:
        before = _ports(conn)
        thread = threading.Thread(target=look, args=(conn,), daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join()
            ports.update(_ports(conn) or {})
            seen.dialed = len(opened(before, ports)) if before is not None else None


def _ports(conn: Connection[Any]) -> dict[int, float] | None:
    """Give the local ports of this machine's connections to where the session is, with when they are forgotten."""
    return local_ports(conn.info.hostaddr or conn.info.host, conn.info.port)


def _summary(result: Isolation) -> str:
    if not result.proof.distinct:
        return f"not apart: {result.proof.kind}"
    if result.watched is None:
        return f"apart: {result.proof.kind}"
    return f"apart: {result.proof.kind}; {result.watched.rows} rows written to production meanwhile"
