"""Places on the disk that the server's account can reach, and that fit into a socket's address."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migration_app.embedded.account import Account
from migration_app.embedded.binaries import Binaries
from migration_app.embedded.errors import ServerFailed

SOCKET_ADDRESS = 103
"""A Unix socket's address holds this many bytes (macOS; Linux: 107)."""
SOCKET_FILE = len("/.s.PGSQL.65535.lock")


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory's lock, so that two processes never make or start the same server at once."""
    with (directory / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def home(base: Path, account: Account) -> Path:
    """Give the directory for the server's files: `base`, or its annex where the account can't reach it."""
    return base if account.may_enter(base) else annex(base, account)


def socket_directory(base: Path, within: Path, account: Account) -> Path:
    """Give a directory whose name is short and plain enough for a socket's address, owned by the account."""
    wanted = within / "socket"
    fits = len(os.fsencode(wanted)) + SOCKET_FILE < SOCKET_ADDRESS
    if not (fits and re.fullmatch(r"[\w./+-]+", str(wanted), re.ASCII)):
        wanted = annex(base, account) / "socket"
    owned(wanted, account)
    return wanted


def owned(directory: Path, account: Account) -> None:
    """Make a directory that only the account (and root) may look into."""
    directory.mkdir(mode=0o700, exist_ok=True)
    account.give(directory)


def annex(base: Path, account: Account) -> Path:
    """Give the directory that stands in for `base` under the machine's temporary directory, made if need be.

    Its name follows from `base`, so that it is found again and can be removed together with it.
    """
    for parent in dict.fromkeys((Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"))):  # noqa: S108 - checked below
        name = parent / annex_name(base)
        if len(os.fsencode(name)) > 60 or not os.access(parent, os.W_OK) or not account.may_enter(parent):  # noqa: PLR2004 - leaves room for a socket
            continue
        name.mkdir(mode=0o700, exist_ok=True)
        found = name.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ServerFailed(f"{name} belongs to someone else", "Have its owner remove it.")
        name.chmod(0o711 if account.switch else 0o700)
        return name
    raise ServerFailed(
        "no temporary directory can be reached by the server's account",
        "Set TMPDIR to one that everybody may use.",
    )


def annex_name(base: Path) -> str:
    """Give the name of the annex of `base`."""
    return f"dbsep-{os.geteuid()}-{hashlib.sha256(os.fsencode(base)).hexdigest()[:12]}"


def annexes(base: Path) -> tuple[Path, ...]:
    """List the annexes of `base` that exist and are ours."""
    parents = dict.fromkeys((Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")))  # noqa: S108 - only looked at
    names = [parent / annex_name(base) for parent in parents]
    return tuple(n for n in names if n.is_dir() and not n.is_symlink() and n.stat().st_uid == os.geteuid())


def runnable(found: Binaries, within: Path, account: Account) -> Path:
    """Give a directory to run the server from: the programs' own, or a copy in `within`."""
    if account.may_run(found.program("postgres")):
        return found.directory
    copy = within / "postgres"
    source, target = found.trees[0]
    directory = copy / target / found.directory.relative_to(source)
    made_from = copy / "made-from"
    origin = f"{found.directory} {found.program('postgres').stat().st_mtime_ns}"
    if made_from.is_file() and made_from.read_text() == origin:
        return directory
    shutil.rmtree(copy, ignore_errors=True)
    for tree, name in found.trees:
        shutil.copytree(tree, copy / name, symlinks=True, copy_function=_place)
    for path in (copy, *copy.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    if not account.may_run(directory / "postgres"):
        raise ServerFailed(f"the server's account can't run the copy of PostgreSQL in {copy}")
    made_from.write_text(origin)
    return directory


def _place(source: str, target: str) -> None:
    # A link costs nothing, but shares the file's mode: what not everybody may read has to be copied.
    mode = stat.S_IMODE(Path(source).stat().st_mode)
    wanted = 0o755 if mode & 0o100 else 0o644
    if mode & wanted & 0o055 == wanted & 0o055 and not Path(source).is_symlink():
        try:
            os.link(source, target)
        except OSError:  # another file system, or one that has no links
            pass
        else:
            return
    shutil.copyfile(source, target)
    Path(target).chmod(wanted)
