"""A PostgreSQL cluster of our own in a directory, made and started on demand."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlencode

from migration_app.embedded import places, process, starting
from migration_app.embedded.account import Account, server_account
from migration_app.embedded.binaries import Binaries, binaries, client
from migration_app.embedded.errors import ServerFailed

UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """A running server: its address, its password, and where its files are."""

    base: Path
    """The directory it was started for; `remove` takes it away."""
    home: Path
    """Where the server's files are: `base`, or an annex that the server's account can reach."""
    version: int
    port: int
    socket_dir: Path
    password: str = field(repr=False)
    host: str = starting.HOST

    @staticmethod
    def start(
        base_dir: str | Path,
        version: int = 18,
        *,
        durable: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> Cluster:
        """Give the running server of `base_dir`; make it and start it if need be.

        It listens on a free port of the loopback interface and on a socket, and asks for the password of
        `postgres` on both. With `durable` it survives a crash of the machine. `settings` are lines of
        postgresql.conf; a server that runs already keeps those it was started with.
        Raises ServerMissing, ServerFailed.
        """
        base = Path(base_dir).absolute()
        base.mkdir(parents=True, exist_ok=True)
        _require_ours(base)
        with places.locked(base):
            known = _read(base) or _make(base, binaries(version), server_account())
            if known.version != version:
                raise ServerFailed(
                    f"the server in {base} is of version {known.version}, not {version}",
                    f"Remove it with: python -m migration_app.embedded remove {base}",
                )
            if not known.running:
                places.socket_directory(base, known.home, server_account(known.data))
                wanted = {**({} if durable else UNSAFE_AND_FAST), **(settings or {})}
                port = starting.run(binaries(version), known.home, known.socket_dir, wanted, known.port)
                known = replace(known, port=port)
                _write(known)
            return known

    @staticmethod
    def find(base_dir: str | Path) -> Cluster | None:
        """Give the cluster that was made in `base_dir`, running or not; None where there is none."""
        return _read(Path(base_dir).absolute())

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def running(self) -> bool:
        """Whether the server runs now."""
        return process.running(self.data) is not None

    def url(self, database: str, user: str = starting.SUPERUSER, password: str | None = None) -> str:
        """Give a URL for TCP; the superuser's password is filled in, another user's has to be given."""
        return f"postgresql://{self._who(user, password)}@{self.host}:{self.port}/{quote(database, safe='')}"

    def socket_url(self, database: str, user: str = starting.SUPERUSER, password: str | None = None) -> str:
        """Give a URL for the Unix socket."""
        place = urlencode({"host": str(self.socket_dir), "port": self.port})
        return f"postgresql://{self._who(user, password)}@/{quote(database, safe='')}?{place}"

    def bin(self, name: str) -> Path:
        """Find psql, pg_dump or another client program that can talk to this server. Raises ServerMissing."""
        return client(name, self.version)

    def stop(self) -> None:
        """Stop the server; its data stays."""
        if self.base.is_dir():
            with places.locked(self.base):
                process.terminate(self.data)

    def remove(self) -> None:
        """Stop the server and delete everything that belongs to it."""
        remove(self.base)

    def _who(self, user: str, password: str | None) -> str:
        secret = self.password if password is None and user == starting.SUPERUSER else password
        return quote(user, safe="") + (f":{quote(secret, safe='')}" if secret is not None else "")


def remove(base_dir: str | Path) -> None:
    """Stop the server of `base_dir`, if there is one, and delete everything that belongs to it."""
    base = Path(base_dir).absolute()
    known = _read(base)
    homes = {base, *places.annexes(base), *((known.home, known.socket_dir.parent) if known else ())}
    for home in homes:
        process.terminate(home / "data")
    for home in homes:
        if home.is_dir():
            shutil.rmtree(home)


def _require_ours(base: Path) -> None:
    lock = base / "lock"
    if not os.access(lock if lock.exists() else base, os.W_OK):
        raise ServerFailed(f"{base} belongs to another user", "Work as that user, or use another directory.")


def _make(base: Path, found: Binaries, account: Account) -> Cluster:
    home = places.home(base, account)
    password = secrets.token_urlsafe(24)
    starting.written(base / "password", password, mode=0o600)
    starting.make(found, home, password, account)
    return Cluster(base, home, found.version, 0, places.socket_directory(base, home, account), password)


def _read(base: Path) -> Cluster | None:
    try:
        kept = json.loads((base / "cluster.json").read_text())
        password = (base / "password").read_text()
    except FileNotFoundError:
        return None
    home = Path(kept["home"])
    if not (home / "data" / "PG_VERSION").exists():  # the temporary directory was cleaned
        return None
    return Cluster(base, home, kept["version"], kept["port"], Path(kept["socket_dir"]), password)


def _write(cluster: Cluster) -> None:
    kept = {"home": str(cluster.home), "version": cluster.version, "port": cluster.port}
    partial = cluster.base / "cluster.json.new"
    partial.write_text(json.dumps({**kept, "socket_dir": str(cluster.socket_dir)}))
    partial.replace(cluster.base / "cluster.json")
