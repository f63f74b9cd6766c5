"""What the hazards mean: PostgreSQL's reason, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Hazard

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Meaning:
    """One hazard in words."""

    reason: str
    """What happens, and why."""
    instead: str
    """How to avoid it."""


MEANINGS: Final[Mapping[Hazard, Meaning]] = {
    Hazard.DELETES_DATA: Meaning(
        "rows or values go with the object or come out as others, and no statement brings them back",
        "back up first, or keep the object with --except; where it is a rename, say so with --rename",
    ),
    Hazard.LOCKS_READS: Meaning(
        "takes an ACCESS EXCLUSIVE lock: every query on the table waits until the transaction ends",
        "run it when nobody works; lock_timeout ends the wait for the lock, and then nothing is changed",
    ),
    Hazard.LOCKS_WRITES: Meaning(
        "takes a lock that lets others read, and makes INSERT, UPDATE and DELETE wait until the transaction ends",
        "run it when nobody writes",
    ),
    Hazard.REWRITES_TABLE: Meaning(
        "PostgreSQL writes every row anew under that lock, and needs room for a second copy of the table",
        "add a new column, fill it in batches, then swap the two by renaming",
    ),
    Hazard.SCANS_TABLE: Meaning(
        "every row is read to check it; that takes time and disk, but others can go on working",
        "run it when the disk has time",
    ),
    Hazard.BUILDS_INDEX: Meaning(
        "every row is read and sorted to build the index",
        "run it when the server has time; maintenance_work_mem makes it faster",
    ),
    Hazard.MAY_FAIL: Meaning(
        "rows that are there already may not fit, and then PostgreSQL refuses the statement",
        "look for such rows first (they are counted below where that is possible) and mend them",
    ),
    Hazard.WIDENS_PRIVILEGES: Meaning(
        "somebody may read or write afterwards what they may not now",
        "make sure that the source's grants and policies are meant for this database, too",
    ),
    Hazard.NOT_TRANSACTIONAL: Meaning(
        "is committed apart from the rest: if a later statement fails, this one stays done",
        "run sync_schema again after a failure: it goes on from there",
    ),
    Hazard.PLATFORM: Meaning(
        "changes what hangs on a table that the hosting platform keeps, and may replace at any update",
        "leave it to the platform's own tools with --except",
    ),
}
"""Every hazard."""
