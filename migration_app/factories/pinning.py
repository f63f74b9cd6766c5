"""Holds everything back that would go to another database than the one that is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from django.db import connections

from migration_app import conf
from migration_app.engine.errors import Refused


def pinned(alias: str) -> str:
    """Give the alias that is meant: the settings' environment where none is named.

    Raises:
        Refused: it is production.

    """
    settings = conf.get()
    name = alias or settings.environment
    if settings.is_production(name):
        raise Refused(f"{name!r} is production: no rows are made for it", "Name a test alias.")
    return name


@contextmanager
def only(alias: str) -> Iterator[None]:
    """Refuse, on this thread, every statement to another alias until the block ends.

    Raises:
        Refused: something asked another one.

    """
    with ExitStack() as stack:
        for other in connections:
            if other != alias:
                stack.enter_context(connections[other].execute_wrapper(_refusing(other, alias)))
        yield


def _refusing(other: str, alias: str) -> Callable[..., NoReturn]:
    def refuse(_execute: object, sql: str, *_: Any) -> NoReturn:  # noqa: ANN401 - Django's own
        raise Refused(
            f"a statement went to {other!r} while rows were made for {alias!r}: {sql.split(maxsplit=1)[0]} …",
            "Give the value yourself: a field's default, a recipe or a save() of yours asks another database.",
        )

    return refuse
