"""Tries a plan on a scratch database first: whether it runs and leads to the source, and what it holds up."""

from __future__ import annotations

import dataclasses
from time import monotonic
from typing import TYPE_CHECKING, Any

from migration_app.engine import catalog, diff
from migration_app.engine.apply.measuring import Measured, measure
from migration_app.engine.errors import NoScratch, Refused, StatementFailed
from migration_app.engine.model import Hazard
from migration_app.engine.wording import several
from migration_app.services.syncing.neighbours import beside, neighbourhood
from migration_app.services.syncing.planning import Job, replanned
from migration_app.services.syncing.result import Planned, Rehearsal

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.model import Address, Snapshot

MEASURED = frozenset({Hazard.LOCKS_READS, Hazard.LOCKS_WRITES, Hazard.REWRITES_TABLE})
"""What isn't taken from the statement's words where a rehearsal can see it."""


def rehearse(job: Job, before: Snapshot, conn: Connection[Any], *, insist: bool) -> tuple[Job, Rehearsal]:
    """Give the job with its hazards as they were measured.

    Args:
        job: the plan.
        before: all of the target, as it is.
        conn: on the target; only the scratch database is written to.
        insist: refuse where no rehearsal can be had.

    Raises:
        Refused: the plan fails, or doesn't lead to the source's schema.

    """
    started = monotonic()
    touched = {change.address for change in job.choice.changes} | {each.address for each in job.plan}
    needed = {other for address in touched for other in job.desired.requires.get(address, ())}
    members = neighbourhood(before, touched) | diff.closure(before, needed)
    members |= _implying(before, members)
    try:
        with beside(conn, before, members) as there:
            try:
                measured = measure(there, job.plan.statements)
            except StatementFailed as error:
                raise Refused(
                    f"in the rehearsal {error.message}",
                    f"Nothing was changed in the target. {error.sql}",
                ) from error
            _require_arrived(job, catalog.read(there), members | touched)
    except NoScratch as error:
        if insist:
            raise Refused(error.message, error.hint) from error
        return job, Rehearsal(done=False, reason=error.reason)
    planned = tuple(_as_measured(each, found) for each, found in zip(job.planned, measured, strict=True))
    return replanned(job, planned), Rehearsal(done=True, seconds=monotonic() - started)


def _implying(before: Snapshot, members: frozenset[Address]) -> frozenset[Address]:
    """Give what changes what creating an object implies: the plan counts on it in the rehearsal, too."""
    return frozenset(
        address
        for address, obj in before.objects.items()
        if obj.LATE and all(n in members or before.objects[n].SHARED for n in before.requires.get(address, ()))
    )


def _require_arrived(job: Job, after: Snapshot, members: frozenset[Address]) -> None:
    held = {each.change.address for each in job.choice.held}
    wanted = job.desired.only(lambda address: address in members)
    found = job.shares.of(after).only(lambda address: address in members)
    differing = (c.address for c in diff.compare(found, wanted) if c.address not in held and not c.unforeseen)
    left = [f"{address.kind} {address}" for address in differing]
    if left:
        number = several(len(left), "object that differs", "objects that differ")
        raise Refused(
            f"in the rehearsal the plan left {number}: {', '.join(left[:10])}",
            "Nothing was changed in the target. This is a defect of dbsep: please report the objects named.",
        )


def _as_measured(planned: Planned, measured: Measured | None) -> Planned:
    if measured is None:
        return planned
    said = planned.statement.hazards
    hazards = [hazard for hazard in said if hazard not in MEASURED]
    # A lock that is held already isn't taken again: there the statement's words count.
    held_reads = measured.reads_stopped_before and Hazard.LOCKS_READS in said
    held_writes = measured.writes_stopped_before and Hazard.LOCKS_WRITES in said
    hazards += [Hazard.LOCKS_READS] * (bool(measured.stops_reads) or held_reads)
    hazards += [Hazard.LOCKS_WRITES] * (bool(measured.stops_writes) or held_writes)
    hazards += [Hazard.REWRITES_TABLE] * bool(measured.rewrote)
    hazards += [Hazard.SCANS_TABLE] * bool(measured.read)
    found = tuple(hazard for hazard in Hazard if hazard in hazards)
    return Planned(dataclasses.replace(planned.statement, hazards=found), planned.why, measured)
