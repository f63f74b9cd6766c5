"""Under which account the server runs: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from migration_app.embedded.errors import ServerFailed

UNPRIVILEGED = ("nobody", "daemon")
"""Accounts that every Unix has. initdb looks its user up by number and insists on a name, so a number that no
account has won't do; and no account is ever created."""


class Drop(TypedDict, total=False):
    """The keyword arguments of subprocess that leave root behind."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Who runs the server; `switch` says that this is someone other than the caller."""

    uid: int
    gid: int
    switch: bool

    def drop(self) -> Drop:
        """Give the arguments for subprocess that start a process under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def give(self, path: Path) -> None:
        """Make the account the owner of `path`."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def may_enter(self, directory: Path) -> bool:
        """Tell whether the account may reach `directory`, every directory above it included."""
        if not self.switch:
            return True
        asked = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$1"', "sh", str(directory)], cwd="/", check=False, **self.drop()
        )
        return asked.returncode == 0

    def may_run(self, program: Path) -> bool:
        """Tell whether the account may run `program` with the libraries it loads."""
        try:
            asked = subprocess.run([program, "--version"], cwd="/", check=False, capture_output=True, **self.drop())
        except OSError:
            return False
        return asked.returncode == 0


def server_account(data: Path | None = None) -> Account:
    """Give the caller's own account; for root, that of the owner of `data`, or an unprivileged one.

    Raises ServerFailed where the caller's number has no name (initdb would refuse it with less to go on).
    """
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise ServerFailed(
                f"user number {os.geteuid()} has no name on this machine, and initdb insists on one",
                "Run as a user that is listed in /etc/passwd.",
            ) from None
        return Account(os.geteuid(), os.getegid(), switch=False)
    if data is not None and data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid, switch=True)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, switch=True)
    raise ServerFailed(
        "PostgreSQL refuses to run as root, and this machine has no unprivileged account",
        f"Run as an ordinary user, or add one named {UNPRIVILEGED[0]}.",
    )
