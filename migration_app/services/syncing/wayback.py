"""The plan that undoes a plan."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from migration_app.engine import diff
from migration_app.engine.errors import DbsepError
from migration_app.engine.model import Context
from migration_app.engine.plan import plan

if TYPE_CHECKING:
    from migration_app.engine.model import Statement
    from migration_app.services.syncing.planning import Job


def way_back(job: Job, undo: tuple[Statement, ...], role: str) -> tuple[tuple[Statement, ...] | None, str]:
    """Give the statements from what the plan leads to back to what is there; or None, and why there are none.

    Args:
        job: the plan.
        undo: what undoes the renames, which come last.
        role: runs the statements.

    """
    before, after = job.shares.current, job.desired
    rest = {address: obj for address, obj in job.whole.objects.items() if address not in before.objects}
    whole = dataclasses.replace(
        job.whole,
        objects={**rest, **after.objects},
        requires={**job.whole.requires, **after.requires},
        parents={**job.whole.parents, **after.parents},
    )
    try:
        made = plan(diff.compare(after, before), after, before, Context(role, whole))
    except DbsepError as error:
        return None, error.message
    return (*made.statements, *undo), ""
