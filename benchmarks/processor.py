"""Processor time: what a busy machine leaves comparable."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migration_app.embedded import Cluster


def spent(server: Cluster) -> float:
    """Give the seconds of this process, its programs, and the server's sessions that have ended."""
    sleep(0.3)  # until the server has taken leave of the sessions
    mine = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    number = (server.data / "postmaster.pid").read_text().split()[0]
    # After the program's name, in parentheses: fields 3 and on of proc(5); 16 and 17 are the children's times.
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return mine + (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
