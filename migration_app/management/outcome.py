"""What a command hands over for printing, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DONE: Final = 0
"""Done, or nothing differs."""
FOUND: Final = 1
"""It ran, and differences or unmet expectations were found."""
ERROR: Final = 2
"""Usage, connection, SQL, a missing privilege."""
REFUSED: Final = 3
"""A guard said no."""
INTERRUPTED: Final = 130


@dataclass(frozen=True)
class Outcome:
    """What a command found: the JSON document, the service's own result for `render`, and the exit code."""

    document: Mapping[str, object]
    exit_code: int = DONE
    run: int | None = None
    """The number under which the history has recorded it."""
    result: Any = None
    summary: str = "differences were found"
    """What call_command's CommandError says when the exit code isn't 0."""
    hint: str = ""
    """What to do now, where that isn't plain from what is printed."""


class CommandFailed(CommandError):
    """How a command ends with another code than 0, for call_command as for the command line."""

    def __init__(self, message: str, *, returncode: int, hint: str = "", printed: bool = False) -> None:
        super().__init__(message, returncode=returncode)
        self.hint = hint
        self.printed = printed
        """The document is on stdout already."""


def asks_for_json(argv: Sequence[str]) -> bool:
    """Tell whether the words of a command line ask for JSON, also where they can't be parsed."""
    return "--format=json" in argv or ("--format", "json") in pairwise(argv)


def error_document(message: str, hint: str, code: int) -> dict[str, object]:
    """Give the JSON document of an error."""
    return {"error": {"message": message, "hint": hint, "exit_code": code}}
