"""A test run through a real pooler: for sessions it works, for transactions it is refused."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from psycopg.conninfo import conninfo_to_dict

from migration_app.embedded.account import server_account
from tests.backend.projects import Project

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="no PgBouncer is installed here (Debian: pgbouncer)")
Through = Callable[[str], str]


@contextmanager
def pooler(url: str, mode: str, directory: Path) -> Iterator[str]:
    """Run a PgBouncer before the server of a URL; gives the URL that leads through it."""
    known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    users, settings = directory / "users", directory / "settings"
    users.write_text(f'"{known["user"]}" "{known["password"]}"\n')
    settings.write_text(
        f"[databases]\n* = host={known['host']} port={known['port']}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {users}\npool_mode = {mode}\n"
    )
    account = server_account()
    for path in (directory, users, settings):
        account.give(path)
    assert PGBOUNCER is not None
    with subprocess.Popen([PGBOUNCER, "-q", settings], cwd="/", stderr=subprocess.DEVNULL, **account.drop()) as process:
        try:
            _await(port)
            yield f"postgresql://{known['user']}@127.0.0.1:{port}/{known['dbname']}"
        finally:
            process.terminate()


def _await(port: int) -> None:
    end = monotonic() + 30
    while monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    raise TimeoutError("PgBouncer doesn't answer")


@pytest.fixture
def through(bookshop: Project) -> Iterator[Through]:
    """Give what starts a pooler of a mode before the test database's server."""
    # Not in tmp_path: another account than ours may have to enter the directory.
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dbsep-pooler-")))
        yield lambda mode: stack.enter_context(pooler(bookshop.test, mode, directory))


def test_a_pooler_for_sessions_will_do(bookshop: Project, through: Through) -> None:
    code, said = bookshop.run("-m", "pytest", "library", "-n", "2", TEST_DATABASE_URL=through("session"))
    assert code == 0, said
    assert "36 passed" in said
    assert set(bookshop.databases().values()) == {"template"}


def test_a_pooler_for_transactions_is_refused(bookshop: Project, through: Through) -> None:
    code, said = bookshop.run("-m", "pytest", "library", "-x", TEST_DATABASE_URL=through("transaction"))
    assert code == 1, said
    assert "is a pooler that gives a session for one transaction only" in said
    assert bookshop.databases() == {}
