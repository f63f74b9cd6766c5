"""A test run's process: as long as it lives it holds a lock on the server, so that others leave its databases alone."""

from __future__ import annotations

import os
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg

from migration_app.engine.errors import Refused
from migration_app.services.connecting import map_errors

from . import server, spares
from .marking import Mark

if TYPE_CHECKING:
    from psycopg import Connection

    from .server import Found, Server


ROLES: Final = ("worker", "spare")
"""What goes with its run."""
TEMPLATES: Final = 3
"""How many templates a source keeps: branches whose schemas differ don't have to build theirs anew."""
KEPT_FOR: Final = timedelta(days=3)
"""How long a failed test's database is kept."""


@dataclass
class Run:
    """What this process is to a test run on one server."""

    where: Server
    number: int
    pid: int
    keeper: Connection[Any] = field(repr=False)
    """Holds the lock, and does what has to be done quickly."""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def mark(self, role: str, template: str) -> Mark:
        """Give the mark of a database of this run."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Mark(role, self.number, self.pid, now, self.where.source, template)


_runs: dict[str, Run] = {}


def current(where: Server, number: int | None = None) -> Run:
    """Give this process's run on the server; ``number`` joins the run of the process that made it."""
    run = _runs.get(where.alias)
    if run is not None and run.pid != os.getpid():
        _forget(run)
        run = None
    if run is None or run.keeper.closed:
        with map_errors(where.alias, where.params):
            keeper = where.connect()
        try:
            server.require_sessions(where, keeper, where.home)
        except Refused:
            keeper.close()
            raise
        chosen = number if number is not None else run.number if run is not None else secrets.randbits(31) | 1
        # Shared: the processes of one run hold it together.
        keeper.execute("select pg_catalog.pg_advisory_lock_shared(%s, %s)", (server.LOCK_CLASS, chosen))
        run = _runs[where.alias] = Run(where, chosen, os.getpid(), keeper)
        _reap(run)
    return run


def end(alias: str, *, mine: bool = False) -> None:
    """Drop what is left of the run, or only what is this process's own, and let go of its lock."""
    spares.abandon(alias)
    run = _runs.pop(alias, None)
    if run is None or run.pid != os.getpid() or run.keeper.closed:
        return
    with run.lock, run.keeper:
        for each in server.found(run.keeper):
            if each.mark is None or each.mark.run != run.number or each.mark.role not in ROLES:
                continue
            if not mine or (each.mark.pid == run.pid and each.mark.role == "spare"):
                server.drop(run.keeper, each.name)


def end_all() -> None:
    """End every run of this process; what is to be kept stays."""
    for alias, run in list(_runs.items()):
        end(alias, mine=run.pid != os.getpid())


def _forget(run: Run) -> None:
    """Take a forked process off its parent's session, which would else stay open as long as the child lives."""
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), run.keeper.fileno())


def _reap(run: Run) -> None:
    """Drop what killed runs left; what a failed test left is kept for some days."""
    everything = server.found(run.keeper)
    stale = _stale_templates(everything, run.where.source)
    for each in everything:
        if each.mark is None or each.alive or not (_over(each.mark) or each.name in stale):
            continue
        try:
            server.drop(run.keeper, each.name)
        except psycopg.Error:  # another run was faster
            continue


def _stale_templates(everything: list[Found], source: str) -> set[str]:
    """Name the source's templates that are neither in use nor among the newest."""
    used = {each.mark.template for each in everything if each.mark is not None and each.alive}
    ours = [
        (each.mark.created, each.name)
        for each in everything
        if each.mark is not None and each.mark.role == "template" and each.mark.source == source
    ]
    return {name for _, name in sorted(ours, reverse=True)[TEMPLATES:]} - used


def _over(mark: Mark) -> bool:
    """Tell whether nobody needs the database any more, its run being gone."""
    if mark.role == "failed":
        return datetime.now(UTC) - datetime.fromisoformat(mark.created) > KEPT_FOR
    return mark.role in ROLES
