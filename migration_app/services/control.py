"""Writes to the control database, where the history lives, in a way that never stops the work."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import transaction

from migration_app.engine.errors import DbsepError, UsageError

from .redacting import redact

if TYPE_CHECKING:
    from collections.abc import Callable

CONTROL: Final = "default"
ADVICE: Final = "Run `python manage.py migrate`, or see whether CONTROL_DATABASE_URL is right."
# Beside a database that fails: a value that it can't hold, no database at all, and test runners that keep a test from
# it, which answer with RuntimeError (pytest-django) or AssertionError (Django's SimpleTestCase).
UNREACHABLE: Final = (DatabaseError, ImproperlyConfigured, RuntimeError, AssertionError, OSError, ValueError, TypeError)

T = TypeVar("T")
log = logging.getLogger(__name__)


def write(action: Callable[[], T], *, required: bool = False) -> T | None:
    """Do it in a transaction of its own; give None and log a warning where that fails.

    With ``required`` a failure raises UsageError instead.
    """
    try:
        with transaction.atomic(using=CONTROL):
            return action()
    except UNREACHABLE as error:
        problem = f"the run history can't be written: {message_of(error)}"
        if required:
            raise UsageError(problem, ADVICE) from error
        log.warning("%s. %s", problem, ADVICE)
        return None


def message_of(error: BaseException) -> str:
    """Give an error's words without secrets, led by its type where it isn't one of ours."""
    return redact(str(error) if isinstance(error, DbsepError) else f"{type(error).__name__}: {error}".rstrip(": "))
