"""The JSON document of a drift check: what scripts depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.management import statements

from .judgement import judgement_document

if TYPE_CHECKING:
    from migration_app.services.drift import Difference, Drift


def document(result: Drift) -> dict[str, object]:
    """Give the document; its keys are in docs/reference/drift-formats.md."""
    judged = {} if result.judge is None else {"judge": judgement_document(result.judge)}
    return {
        "source": str(result.source),
        "target": str(result.target),
        "identical": result.identical,
        "drift": [difference(each) for each in result.differences],
        "unmodelled": [
            {"type": each.type, "identity": each.identity, "schema": each.schema} for each in result.unmodelled
        ],
        "skipped": [
            {"kind": each.address.kind, "address": str(each.address), "reason": each.reason} for each in result.skipped
        ],
        "statements": statements.documents(result.statements),
        "objects": result.objects,
        "source_hash": result.source_hash,
        "target_hash": result.target_hash,
        "round_trips": dict(result.round_trips),
        "seconds": round(result.seconds, 3),
        "run": result.run,
        **judged,
    }


def difference(found: Difference) -> dict[str, object]:
    """Give one difference: ``change`` is seen from the source, so ``removed`` means that the target lacks it."""
    return {
        "kind": found.kind,
        "address": found.address,
        "change": str(found.change),
        "severity": str(found.severity),
        "attributes": {name: {"source": source, "target": target} for name, (source, target) in found.shown().items()},
        "part_of": found.part_of,
        **{name: text for name in ("fix", "hint") if (text := getattr(found, name, ""))},
    }
