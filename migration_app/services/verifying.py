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
from migration_app.services.history import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    begun: int | None
    """Sessions begun by anyone, this one's own aside; None where the server doesn't count them."""

    @property
    def rows(self) -> int:
        """Rows written to production by anyone."""
        return sum(write.rows for write in self.writes)

    @property
    def by_others(self) -> bool:
        """Whether what was written must have been written through sessions that were open before."""
        return self.begun == 0 and not self.sessions


@dataclass(frozen=True)
class Isolation:
    """Whether the target is apart from production, with the evidence."""

    proof: Proof
    credentials: tuple[credentials.Credential, ...]
    watched: Watched | None
    """None where no command was given."""
    run: int | None

    @property
    def source(self) -> Fingerprint:
        """Production."""
        return self.proof.source

    @property
    def met(self) -> bool:
        """Whether all holds: two databases, and a command that succeeded and wrote nothing there."""
        if not self.proof.distinct:
            return False
        watched = self.watched
        if watched is None:
            return True
        return watched.exit_code == 0 and not watched.sessions and (not watched.writes or watched.by_others)


def verify_isolation(source: str = "prod", target: str = "test", *, command: Sequence[str] = ()) -> Isolation:
    """Prove the databases distinct, look for credentials, watch production while the command runs.

    The command runs without the environment's variables that open production, its output on stderr. Raises
    UsageError for a command that can't be started.
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
        params = connection_params(source)
        with run.step("look for credentials"):
            seen = credentials.visible(params, proof.source, Path(getattr(settings, "BASE_DIR", Path.cwd())))
        watched = None
        if command:
            with run.step("watch production while the command runs"):
                hidden = credentials.in_environment(params, proof.source)
                watched = _watch(source, prod, command, hidden)
        result = Isolation(proof, seen, watched, run.number)
        run.outcome("done" if result.met else "differences", _summary(result))
        return result


def _watch(alias: str, conn: Connection[Any], command: Sequence[str], hidden: Sequence[str]) -> Watched:
    before = activity.count(conn)
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    with _looking(alias, before.open_here) as (seen, own):
        try:
            # Its output goes to stderr: stdout belongs to our one document.
            ended = subprocess.run(list(command), check=False, env=environment, stdout=sys.stderr.fileno())
        except OSError as error:
            raise UsageError(f"{command[0]!r} can't be started: {error.strerror}", "Give a program after --.") from None
    after = activity.count(conn, settle=True)
    known = before.sessions is not None and after.sessions is not None
    begun = after.sessions - before.sessions - len(own) if known else None  # type: ignore[operator]
    return Watched(ended.returncode, activity.written(before, after), tuple(sorted(set(seen.values()))), begun)


@contextmanager
def _looking(alias: str, known: frozenset[int]) -> Iterator[tuple[dict[int, str], list[int]]]:
    """Look for new sessions on production all the while, through a session of our own that doesn't count."""
    seen: dict[int, str] = {}
    own: list[int] = []
    stop = threading.Event()

    def look(conn: Connection[Any]) -> None:
        while not stop.wait(_EVERY):
            for pid, application, user in activity.sessions_here(conn):
                if pid not in known and application != "dbsep":
                    seen[pid] = f"{application or 'unnamed'} ({user})"

    with session(alias) as conn:
        own.append(conn.info.backend_pid)
        thread = threading.Thread(target=look, args=(conn,), daemon=True)
        thread.start()
        try:
            yield seen, own
        finally:
            stop.set()
            thread.join()


def _summary(result: Isolation) -> str:
    if not result.proof.distinct:
        return f"not apart: {result.proof.kind}"
    if result.watched is None:
        return f"apart: {result.proof.kind}"
    return f"apart: {result.proof.kind}; {result.watched.rows} rows written to production meanwhile"
