"""Whether the process that wrote a record still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def birth(pid: int) -> str:
    """Give what tells a process from a later one with the same number; empty where the system doesn't say."""
    try:
        # proc(5): field 22 is the start time in ticks since boot; the name in field 2 may hold any character.
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{stat.rpartition(')')[2].split()[19]}"
    except (OSError, IndexError, UnicodeError):
        return ""


def this_process() -> tuple[str, int, str]:
    """Give host, process number and birth of the process that asks."""
    return socket.gethostname(), os.getpid(), birth(os.getpid())


def is_alive(host: str, pid: int | None, born: str) -> bool | None:
    """Say whether that process lives; None where it can't be known from here."""
    # Only POSIX gives signal 0 the meaning "just ask"; on Windows os.kill would end the process.
    if pid is None or host != socket.gethostname() or os.name != "posix":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    except (OSError, OverflowError):
        return None
    now = birth(pid)
    return not (born and now) or born == now
