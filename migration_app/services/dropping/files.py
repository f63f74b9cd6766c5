"""Files of a backup: written for the owner's eyes only, flushed to the disk, and read back."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import os
import re
import shutil
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from migration_app.engine.errors import Advised

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK: Final = 1 << 20
_LONGEST: Final = 100
_OURS: Final = re.compile(r".*-\d{8}T\d{12}Z-run(\d+|x)")


@dataclass(eq=False)
class BackupFailed(Advised):
    """The backup can't be written or read, or doesn't hold what it should."""

    path: Path
    reason: str
    advice: str = "Nothing was dropped. Make room, or give another --backup-dir."

    @property
    def message(self) -> str:
        """What went wrong."""
        return f"backup {self.path}: {self.reason}"


@contextmanager
def failures(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into BackupFailed."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise BackupFailed(path, getattr(error, "strerror", None) or str(error) or type(error).__name__) from error


def make_directory(path: Path) -> None:
    """Make a directory that nobody else may enter; it must not be there yet."""
    with failures(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.mkdir(mode=0o700)
        (path / "rows").mkdir(mode=0o700)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a directory of ours as long as the block runs, or as this process lives."""
    with failures(path):
        descriptor = os.open(path, os.O_RDONLY)
    try:
        with failures(path):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def left_by_the_dead(parent: Path, finished: str) -> Iterator[Path]:
    """Delete the backups in which a killed run wrote no file of that name yet, and give them."""
    for path in sorted(parent.glob("*-run*")):
        if not _OURS.fullmatch(path.name) or (path / finished).exists() or not (path / "rows").is_dir():
            continue
        with suppress(BackupFailed), held(path):
            # Another run may have finished it meanwhile.
            if not (path / finished).exists():
                remove(path)
                yield path


def remove(path: Path) -> None:
    """Delete an unfinished backup, as far as that can be done."""
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def created(path: Path) -> Iterator[IO[bytes]]:
    """Give a new file to write to; it is on the disk when the block ends."""
    with failures(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def zipped(path: Path) -> Iterator[IO[bytes]]:
    """Give a new gzip file to write to; the same content gives the same file."""
    with created(path) as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        yield cast("IO[bytes]", packed)


def write_text(path: Path, text: str) -> str:
    """Write a file and read it back; give its SHA-256."""
    with created(path) as file:
        file.write(text.encode())
    return sha256(path)


def write_zipped(path: Path, text: str) -> str:
    """Write a gzip file and read it back; give its SHA-256."""
    with zipped(path) as file:
        file.write(text.encode())
    return sha256(path)


def settle_directory(path: Path) -> None:
    """Make sure that the names of the files are on the disk, too."""
    for directory in (path / "rows", path, path.parent):
        with failures(directory):
            descriptor = os.open(directory, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def sha256(path: Path) -> str:
    """Give the SHA-256 of the file as it lies on the disk."""
    with failures(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unzipped(path: Path) -> Iterator[bytes]:
    """Give the file's content block by block."""
    with failures(path), gzip.open(path, "rb") as file:
        while block := file.read(_BLOCK):
            yield block


def file_name(number: int, table: str) -> str:
    """Give a name for a table's file that any shell and file system takes as it is."""
    return f"rows/{number:04}-{re.sub(r'[^A-Za-z0-9_.-]+', '_', table)[:_LONGEST].strip('_')}.copy.gz"
