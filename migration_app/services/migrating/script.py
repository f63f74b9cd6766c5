"""What a migration holds, whatever its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.engine.apply.segments import segments
from migration_app.engine.errors import Refused
from migration_app.engine.model import Hazard
from migration_app.engine.sql import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.model import Statement


@dataclass(frozen=True)
class Part:
    """Statements of one transaction, or one outside of any."""

    statements: tuple[Statement, ...]
    transactional: bool


@dataclass(frozen=True)
class Script:
    """A plan there and the plan back."""

    name: str
    title: str
    """From where to where, and the plan's digest."""
    there: tuple[Statement, ...]
    back: tuple[Statement, ...] | None
    """None where there is no way back."""
    aliases: tuple[str, ...]
    reason: str = ""
    """Why there is no way back."""

    @property
    def losses(self) -> tuple[str, ...]:
        """What of the data the way there loses for good, and the way back loses in turn; a line each."""
        lines = [f"{each} deletes data; the way back brings the object back empty" for each in _deleting(self.there)]
        lines += [f"the way back: {each} deletes data that has come since" for each in _deleting(self.back or ())]
        if self.back is None:
            lines.append(f"there is no way back: {self.reason}")
        return tuple(one_line(line) for line in lines)


def parts(statements: tuple[Statement, ...]) -> Iterator[Part]:
    """Give the statements cut where PostgreSQL wants a commit; raises Refused where one may hold a password."""
    secret = next((each for each in statements if each.secret), None)
    if secret is not None:
        raise Refused(
            f"{secret} may hold a password, which doesn't belong in a file",
            "Leave the object out with --except and create it by hand.",
        )
    if statements:
        for part in segments(statements):
            yield Part(statements[part.start : part.stop], part.transactional)


def _deleting(statements: tuple[Statement, ...]) -> list[Statement]:
    return [each for each in statements if Hazard.DELETES_DATA in each.hazards]
