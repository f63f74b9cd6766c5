"""What a plan may do without being asked: the rest stops it before its first statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.errors import Refused
from migration_app.engine.model import Hazard, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migration_app.engine.model import Statement

HARMLESS: Final = frozenset({Hazard.SCANS_TABLE, Hazard.MAY_FAIL, Hazard.BUILDS_INDEX, Hazard.NOT_TRANSACTIONAL})
"""Everywhere: nobody waits for them, and what fails undoes itself or can be run again."""
BRIEF: Final = HARMLESS | {Hazard.LOCKS_READS, Hazard.LOCKS_WRITES, Hazard.REWRITES_TABLE}
"""Where nobody's customers wait: on a test, staging or performance database."""

_SHOWN: Final = 3


def allowed_on(*, production: bool) -> frozenset[Hazard]:
    """Give what is allowed unasked. Losing rows, privileges and the platform's tables always need a word."""
    return HARMLESS if production else BRIEF


def not_allowed(statements: Iterable[Statement], allowed: frozenset[Hazard]) -> Mapping[Hazard, tuple[Statement, ...]]:
    """Give hazard → the statements that have it, for those that are not allowed."""
    planned = tuple(statements)
    made = {each.address for each in planned if each.verb is Verb.CREATE}
    found: dict[Hazard, list[Statement]] = {}
    for statement in planned:
        for hazard in statement.hazards:
            # Privileges on what didn't exist before take nothing from anybody.
            new = hazard is Hazard.WIDENS_PRIVILEGES and statement.address.of in made
            if hazard not in allowed and not new:
                found.setdefault(hazard, []).append(statement)
    return {hazard: tuple(found[hazard]) for hazard in Hazard if hazard in found}


def require_allowed(statements: Iterable[Statement], allowed: frozenset[Hazard]) -> None:
    """Raise Refused where a statement may do what isn't allowed."""
    found = not_allowed(statements, allowed)
    if not found:
        return
    said = "; ".join(f"{hazard}: {_names(each)}" for hazard, each in found.items())
    words = " ".join(f"--allow '{hazard}'" for hazard in found)
    raise Refused(
        f"the plan may do what nobody has allowed: {said}",
        f"Read the plan without --apply, then add {words}, or leave those objects out with --except.",
    )


def _names(statements: tuple[Statement, ...]) -> str:
    names = list(dict.fromkeys(str(each) for each in statements))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
