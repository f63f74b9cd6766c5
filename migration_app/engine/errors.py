"""The one family of errors: what went wrong, which object, and what now.

A message is lowercase without a full stop; a hint is a full sentence. Facts are fields, so that callers compare
values and never parse text. The exit code is part of the commands' contract: 2 for an error, 3 for a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .wording import several


@dataclass(eq=False)
class DbsepError(Exception):
    """The base of everything this app raises on purpose."""

    exit_code: ClassVar[int] = 2

    @property
    def message(self) -> str:
        """What went wrong, and with which object."""
        raise NotImplementedError

    @property
    def hint(self) -> str:
        """What to do now; empty where the message says it all."""
        return ""

    def __str__(self) -> str:
        return self.message


class Advised(DbsepError):
    """An error that is told what to do now where it is raised."""

    advice: str

    @property
    def hint(self) -> str:
        return self.advice


@dataclass(eq=False)
class Said(Advised):
    """An error whose words are found where it is raised."""

    problem: str
    advice: str = ""

    @property
    def message(self) -> str:
        return self.problem


class UsageError(Said):
    """The call's words are off: an unknown alias, options that exclude one another, a file that won't parse."""


class Refused(Said):
    """A guard said no; nothing was changed."""

    exit_code: ClassVar[int] = 3


@dataclass(eq=False)
class ConnectionFailed(Advised):
    """No session on a database could be had, or it was lost."""

    alias: str
    reason: str
    advice: str = ""

    @property
    def message(self) -> str:
        return f"cannot connect to {self.alias!r}: {self.reason}"


@dataclass(eq=False)
class DatabaseFailed(Advised):
    """The server refused something on an open connection."""

    alias: str
    reason: str
    sqlstate: str | None = None
    advice: str = ""

    @property
    def message(self) -> str:
        return f"on {self.alias!r}: {self.reason}"


@dataclass(eq=False)
class CatalogUnreadable(Advised):
    """The server refused a catalog query, or answered with what can't be used."""

    query: str
    reason: str
    advice: str = ""

    @property
    def message(self) -> str:
        return f"reading the catalog ({self.query}) failed: {self.reason}"


@dataclass(eq=False)
class Unmodelled(DbsepError):
    """The source holds objects that no kind models; leaving them out in silence is not an option."""

    objects: tuple[str, ...]

    @property
    def message(self) -> str:
        shown = ", ".join(self.objects[:10])
        more = f" and {len(self.objects) - 10} more" if len(self.objects) > 10 else ""  # noqa: PLR2004
        return f"{several(len(self.objects), 'object')} of kinds that are not carried: {shown}{more}"

    @property
    def hint(self) -> str:
        return "Name each with --skip to leave it out, or use --engine pg_dump."


@dataclass(eq=False)
class RequirementsMissing(DbsepError):
    """What is to be created needs objects that neither side of the plan provides."""

    missing: tuple[tuple[str, str], ...]
    """Pairs of (object, what it needs)."""
    advice: str = "Create what is missing in the target first, or leave the object out with --exclude-schema."

    @property
    def message(self) -> str:
        shown = "; ".join(f"{who} needs {what}" for who, what in self.missing[:10])
        return f"{several(len(self.missing), 'requirement')} missing in the target: {shown}"

    @property
    def hint(self) -> str:
        return self.advice


@dataclass(eq=False)
class CycleFound(DbsepError):
    """Statements need one another in a circle that no shell can open."""

    addresses: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"these objects need one another in a circle: {', '.join(self.addresses)}"


@dataclass(eq=False)
class StatementFailed(Advised):
    """The server refused a statement; its transaction was rolled back."""

    number: int
    """From 1."""
    total: int
    verb: str
    address: str
    sql: str
    reason: str
    sqlstate: str | None = None
    advice: str = ""

    @property
    def message(self) -> str:
        return f"statement {self.number} of {self.total} ({self.verb} {self.address}) failed: {self.reason}"


@dataclass(eq=False)
class NotVerified(DbsepError):
    """The result was read again and still differs from what was wanted; everything was rolled back."""

    differences: tuple[str, ...]

    @property
    def message(self) -> str:
        shown = ", ".join(self.differences[:10])
        number = several(len(self.differences), "object still differs", "objects still differ")
        return f"after applying, {number}: {shown}"

    @property
    def hint(self) -> str:
        return "Nothing was changed. This is a defect of dbsep: please report the objects named."


@dataclass(eq=False)
class ScriptFailed(DbsepError):
    """The server refused a file of SQL."""

    name: str
    line: int | None
    """From 1; None where the server didn't say."""
    reason: str

    @property
    def message(self) -> str:
        place = f"{self.name}, line {self.line}" if self.line else self.name
        return f"{place} failed: {self.reason}"

    @property
    def hint(self) -> str:
        return "Nothing of the file was kept."


@dataclass(eq=False)
class ToolMissing(DbsepError):
    """A program of PostgreSQL's isn't here, or is too old for the server."""

    name: str
    needed: int
    found: tuple[int, ...] = ()

    @property
    def message(self) -> str:
        if self.found:
            return f"{self.name} {max(self.found)} is too old for a server of version {self.needed}"
        return f"{self.name} was not found"

    @property
    def hint(self) -> str:
        return (
            f"Install the client programs of PostgreSQL {self.needed} or newer (Debian: postgresql-client-{self.needed}"
            "), or the extra dbsep[embedded]."
        )


@dataclass(eq=False)
class ToolFailed(DbsepError):
    """A program of PostgreSQL's ended with an error."""

    name: str
    database: str
    reason: str

    @property
    def message(self) -> str:
        return f"{self.name} of {self.database} failed: {self.reason}"

    @property
    def hint(self) -> str:
        return "pg_dump needs SELECT on every table that it dumps, and USAGE on every schema."


@dataclass(eq=False)
class Undecided(Refused):
    """Columns of production for which the masking policy has no decision; nothing was copied."""

    problem: str
    advice: str = ""
    columns: tuple[str, ...] = ()
    """As ``table.column``."""


@dataclass(eq=False)
class CopyFailed(Advised):
    """A masked copy stopped at a table; no field holds a value of a row."""

    table: str
    side: str
    """``source`` or ``target``: whose server refused."""
    reason: str
    sqlstate: str | None = None
    advice: str = ""

    @property
    def message(self) -> str:
        return f"copying {self.table} failed on the {self.side}: {self.reason}"


@dataclass(eq=False)
class NoRoom(DbsepError):
    """A temporary file can't be written on the machine that this runs on."""

    folder: str
    reason: str

    @property
    def message(self) -> str:
        return f"no temporary file can be written in {self.folder}: {self.reason}"

    @property
    def hint(self) -> str:
        return "Free space there, or name another folder in TMPDIR."


@dataclass(eq=False)
class NoScratch(DbsepError):
    """No database can be made beside this one."""

    reason: str

    @property
    def message(self) -> str:
        return f"no scratch database can be made: {self.reason}"

    @property
    def hint(self) -> str:
        return "Give the role CREATEDB, or go without a rehearsal: --no-rehearse."


@dataclass(eq=False)
class SeedingStopped(DbsepError):
    """Writing rows in parts stopped on the way; what is written stays, and the next run goes on from there."""

    at: str
    done: int
    total: int
    reason: str

    @property
    def message(self) -> str:
        """Say where it stopped and why."""
        return f"seeding stopped at {self.at} after {self.done:,} of {self.total:,} rows: {self.reason}"

    @property
    def hint(self) -> str:
        """Say how to go on."""
        return "Mend the cause and run the same command again: it goes on from there."
