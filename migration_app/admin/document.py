"""A run as one JSON document, to keep or to attach to a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.forms.models import model_to_dict

from .timeline import family

if TYPE_CHECKING:
    from django.db.models import Model

    from migration_app.models.history import Run


def document(run: Run) -> dict[str, object]:
    """Give all that is recorded of the run; of the runs inside it, their numbers and outcomes."""
    inner = family(run)[1:]
    return {
        **_fields(run),
        "outcome": run.state,
        "duration_seconds": None if run.duration is None else run.duration.total_seconds(),
        "steps": [_fields(step, "id", "run") for step in run.steps.order_by("order")],
        "statements": [_fields(row, "id", "run", "step") for row in run.statements.order_by("order")],
        "findings": [_fields(row, "id", "run") for row in run.findings.order_by("order")],
        "runs_inside": [{"number": one.number, "command": one.command, "outcome": one.state} for one in inner],
    }


def _fields(row: Model, *without: str) -> dict[str, object]:
    keys = [one.name for one in row._meta.concrete_fields if one.name not in without]
    return {"number": row.pk, **model_to_dict(row, keys)} if "number" in keys else model_to_dict(row, keys)
