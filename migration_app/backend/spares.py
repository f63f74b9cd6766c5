"""A spare copy of the template, made in the background while a test runs: replacing a database costs a rename."""

from __future__ import annotations

import os
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from migration_app.engine.errors import DbsepError

from . import server

if TYPE_CHECKING:
    from psycopg import Connection

    from .runs import Run
    from .server import Server
    from .testing import Testing


@dataclass
class Spare:
    """One copy, ready or being made."""

    name: str
    thread: threading.Thread | None = None
    failed: BaseException | None = None
    session: Connection[Any] | None = None
    pid: int = field(default_factory=os.getpid)

    def ready(self) -> bool:
        """Wait until it is made; False where that failed."""
        if self.thread is not None:
            self.thread.join()
        return self.failed is None


_spares: dict[str, Spare] = {}


def prepare(where: Server, run: Run, testing: Testing, name: str, trash: str | None = None) -> None:
    """Begin to make a spare for the database of that name, once what it replaced is dropped."""
    spare = Spare(other_name(name))
    arguments = (spare, where, run, testing.template, trash)
    spare.thread = threading.Thread(target=_make, args=arguments, name=f"dbsep spare {where.alias}", daemon=True)
    _spares[where.alias] = spare
    spare.thread.start()


def take(alias: str) -> str | None:
    """Give the spare's name, waiting for one in the making; None where there is none."""
    spare = _spares.pop(alias, None)
    if spare is None or spare.pid != os.getpid():
        return None
    return spare.name if spare.ready() else None


def wait(alias: str) -> None:
    """Wait for a spare in the making."""
    spare = _spares.get(alias)
    if spare is not None:
        spare.ready()


def abandon(alias: str) -> None:
    """Stop the making of a spare that nobody will need; what is made already is left to the run's end."""
    spare = _spares.pop(alias, None)
    if spare is None or spare.pid != os.getpid() or spare.thread is None:
        return
    if spare.session is not None and spare.thread.is_alive():
        spare.session.cancel_safe()
    spare.thread.join()


def other_name(name: str) -> str:
    """Give a name that nobody has, for a spare of the database or for what it leaves."""
    return f"{name}_{secrets.token_hex(3)}"


def _make(spare: Spare, where: Server, run: Run, template: str, trash: str | None) -> None:
    try:
        with where.session() as conn:
            spare.session = conn
            if trash is not None:
                server.drop(conn, trash)
            server.copy(conn, template, spare.name, run.mark("spare", template))
    except (DbsepError, psycopg.Error) as error:  # the next copy is made in the foreground, and says what is wrong
        spare.failed = error
