"""How a server is made and started: initdb, settings, a free port."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from migration_app.embedded import places, process
from migration_app.embedded.account import Account, server_account
from migration_app.embedded.binaries import Binaries
from migration_app.embedded.errors import ServerFailed

HOST = "127.0.0.1"
SUPERUSER = "postgres"
PORTS = range(15432, 32768)
"""Below the ports that Linux and macOS give to outgoing connections, so none of those is in the way."""
TRIES = 5
START_SECONDS = 60.0
BUILTIN_LOCALES = 17
"""The first version with a locale provider of its own, whose C.UTF-8 is the same on every machine."""


def make(found: Binaries, home: Path, password: str, account: Account) -> None:
    """Make a cluster in `home`; what an initdb that was killed left behind is cleared away."""
    shutil.rmtree(home / "data", ignore_errors=True)
    places.owned(home / "data", account)
    secret = home / "initial"
    written(secret, password, mode=0o600)
    account.give(secret)
    modern = found.version >= BUILTIN_LOCALES
    options = ["--locale=C", "--encoding=UTF8", "--no-sync", "--no-instructions", "--auth=scram-sha-256"]
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if modern else []
    programs = places.runnable(found, home, account)
    try:
        done = subprocess.run(
            [programs / "initdb", "-D", home / "data", "-U", SUPERUSER, f"--pwfile={secret}", *options],
            cwd="/",
            check=False,
            capture_output=True,
            text=True,
            env=process.environment(),
            **account.drop(),
        )
    finally:
        secret.unlink()
    if done.returncode != 0:
        raise ServerFailed(f"initdb failed: {' | '.join(done.stderr.strip().splitlines())}")


def run(found: Binaries, home: Path, socket_dir: Path, settings: Mapping[str, str], before: int) -> int:
    """Start the server of `home` and give its port: `before` if that is free. Raises ServerFailed."""
    data = home / "data"
    account = server_account(data)
    programs = places.runnable(found, home, account)
    ports = _free_ports(before)
    end = time.monotonic() + START_SECONDS
    while ports and time.monotonic() < end:
        chosen = {"listen_addresses": HOST, "port": str(ports[0]), "unix_socket_directories": str(socket_dir)}
        _write_settings(home, {**settings, **chosen})
        for left in (data / "postmaster.pid", *socket_dir.iterdir()):
            left.unlink(missing_ok=True)  # of a server that was killed: see process.running
        if _up(programs, home, account):
            return ports[0]
        said = last_words(home)
        if "could not create any TCP/IP sockets" in said:
            del ports[0]
        elif "shared memory block" in said:
            time.sleep(0.1)  # until the last processes of a killed server are gone
        else:
            break
    raise ServerFailed(f"the server in {home} didn't start", last_words(home))


def _up(programs: Path, home: Path, account: Account) -> bool:
    data = home / "data"
    settings = f"config_file={home / 'server.conf'}"
    number = process.launch([programs / "postgres", "-D", data, "-c", settings], home / "server.log", account)
    return process.await_ready(data, number, START_SECONDS)


def last_words(home: Path) -> str:
    """Give the end of the server's log as a sentence; nothing where there is none."""
    log = home / "server.log"
    return f"It said: {' | '.join(log.read_text(errors='replace').splitlines()[-5:])}" if log.exists() else ""


def written(file: Path, text: str, *, mode: int) -> None:
    """Write a file anew that has this mode from its first byte on."""
    file.unlink(missing_ok=True)
    file.touch(mode=mode)
    file.chmod(mode)
    file.write_text(text)


def _write_settings(home: Path, settings: Mapping[str, str]) -> None:
    lines = [f"include {_value(str(home / 'data' / 'postgresql.conf'))}"]
    lines += [f"{name} = {_value(value)}" for name, value in settings.items()]
    # Outside the data directory: what root writes must not lie where another account could replace it.
    written(home / "server.conf", "\n".join(lines) + "\n", mode=0o644)


def _free_ports(before: int) -> list[int]:
    """Pick ports that are free now, the one used before first, so that addresses written down stay true."""
    # The port is asked for again by the server itself, and the next one tried when somebody was faster.
    tried = ([before] if before else []) + random.SystemRandom().sample(PORTS, 50)
    return [port for port in tried if _free(port)][:TRIES]


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _value(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
