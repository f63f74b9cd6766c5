"""The server as a process: started apart from the caller, found by its data directory, stopped by signals."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from migration_app.embedded.account import Account
from migration_app.embedded.errors import ServerFailed

READY_LINE = 7
"""The line of postmaster.pid (from 0) that says how far the server is."""


def launch(command: Sequence[str | Path], log: Path, account: Account) -> int:
    """Start a server that outlives the caller, and give its process number; what it says goes to `log`."""
    with log.open("wb") as file:
        started = subprocess.run(
            # The shell ends at once, so the server belongs to nobody who would have to wait for its end.
            ["/bin/sh", "-c", '"$@" </dev/null >&2 & echo $!', "sh", *command],
            cwd="/",
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=file,
            start_new_session=True,
            env=environment(),
            **account.drop(),
        )
    return int(started.stdout)


def environment() -> dict[str, str]:
    """Give the caller's environment without what would steer PostgreSQL, and without its secrets."""
    kept = ("PATH", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
    return {"LC_ALL": "C", **{name: os.environ[name] for name in kept if name in os.environ}}


def running(data: Path) -> int | None:
    """Give the number of the server process that runs in `data`; a stale postmaster.pid is seen through."""
    try:
        number = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return number if number > 0 and _serves(number, data) else None


def ready(data: Path) -> bool:
    """Tell whether the server in `data` takes connections."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"


def await_ready(data: Path, number: int, seconds: float) -> bool:
    """Wait until the server `number` takes connections; False when it died, ServerFailed when time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if _gone(number):
            return False
        if running(data) == number and ready(data):
            return True
        time.sleep(0.01)
    raise ServerFailed(f"the server in {data} isn't ready after {seconds:.0f} s")


def terminate(data: Path, seconds: float = 30) -> None:
    """Stop the server in `data`, sessions and all; no server there is fine too."""
    # https://www.postgresql.org/docs/current/server-shutdown.html: SIGINT is "fast", SIGQUIT is "immediate".
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        number = running(data)
        if number is None:
            return
        os.kill(number, how)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if running(data) is None:
                return
            time.sleep(0.02)
    raise ServerFailed(f"the server in {data} won't stop")


def _serves(number: int, data: Path) -> bool:
    """Tell whether a process is the server of `data`: a number from before a crash may be anybody's."""
    if Path("/proc/self/cwd").exists():
        try:
            return Path(f"/proc/{number}/cwd").resolve(strict=True) == data.resolve()
        except OSError:  # gone, a zombie, or another user's
            return False
    told = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(number)], check=False, capture_output=True, text=True
    )
    return str(data) in told.stdout


def _gone(number: int) -> bool:
    """Tell whether a process has ended, also where nobody collects the remains (process 1 of a container)."""
    try:
        if Path("/proc/self/stat").exists():
            return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        os.kill(number, 0)
    except (FileNotFoundError, ProcessLookupError):
        return True
    except PermissionError:
        pass
    return False
