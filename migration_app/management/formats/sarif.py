"""A drift check as SARIF 2.1.0: what code scanning services read."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Severity, Verdict
from migration_app.services.sides import FileSide

from .values import readable

if TYPE_CHECKING:
    from migration_app.services.drift import Difference, Drift

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_RULES: Final = {
    Verdict.REMOVED: ("missing", "The target lacks an object of the source."),
    Verdict.ADDED: ("extra", "Only the target has the object."),
    Verdict.CHANGED: ("changed", "Both sides have the object, and differ in it."),
}
_DISAGREES: Final = ("disagreement", "The engine and pg_dump don't give the same answer for the object.")


def sarif(result: Drift) -> str:
    """Give the result as one run of a tool."""
    place = _Place(result)
    found = [_result(place, each) for each in result.differences]
    if result.judge is not None:
        for said in result.judge.disagreements:
            message = f"{said.object}: the engine says {said.engine}, pg_dump says {said.pg_dump}"
            found.append(place.result(_DISAGREES[0], "error", said.object, message))
    notes = [{"level": "warning", "message": {"text": f"not compared: {sighting}"}} for sighting in result.unmodelled]
    rules = [{"id": name, "shortDescription": {"text": text}} for name, text in (*_RULES.values(), _DISAGREES)]
    run = {
        "tool": {"driver": {"name": "dbsep check_drift", "rules": rules}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": found,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


class _Place:
    """Where results are: an object's line in the source's snapshot file, where the source is one."""

    def __init__(self, result: Drift) -> None:
        self.uri = "database"
        self.lines: dict[str, int] = {}
        if isinstance(result.source, FileSide):
            self.uri = result.source.path.as_posix()
            text = result.source.path.read_text(encoding="utf-8")
            for number, line in enumerate(text.splitlines(), 1):
                name, colon, _ = line.partition('": {"kind": ')
                if colon:
                    self.lines[json.loads(f'{name}"')] = number

    def result(self, rule: str, level: str, name: str, message: str) -> dict[str, object]:
        """Give one result; its fingerprint is the same from run to run."""
        return {
            "ruleId": rule,
            "level": level,
            "message": {"text": message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": self.uri},
                        "region": {"startLine": self.lines.get(name, 1)},
                    },
                    "logicalLocations": [{"fullyQualifiedName": name, "kind": name.partition(" ")[0]}],
                }
            ],
            "partialFingerprints": {"dbsep/v1": hashlib.sha256(f"{rule} {name}".encode()).hexdigest()},
        }


def _result(place: _Place, each: Difference) -> dict[str, object]:
    name = f"{each.kind} {each.address}"
    values = ""
    if each.change is Verdict.CHANGED:
        values = "; ".join(
            f"{attribute}: {readable(source)} (source), {readable(target)} (target)"
            for attribute, (source, target) in each.shown().items()
        )
    message = f"{name}: {each.words}" + (f": {values}" if values else "")
    return place.result(_RULES[each.change][0], _LEVELS[each.severity], name, message)
