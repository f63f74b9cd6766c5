"""Options of foreign-data wrappers, servers, user mappings, foreign tables and their columns: ``name=value``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import ident, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECRET: Final = re.compile(r"pass|pwd|secret|key|token|credential|auth", re.IGNORECASE)


def options_sql(options: tuple[str, ...]) -> str:
    """Give ``OPTIONS (…)`` with a space before it, or nothing."""
    return _options(f"{ident(name)} {literal(value)}" for name, value in _pairs(options).items())


def change_options_sql(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Give the ``OPTIONS (…)`` that leads from the old options to the new, or nothing."""
    before, after = _pairs(old), _pairs(new)
    actions = [f"DROP {ident(name)}" for name in before if name not in after]
    for name, value in after.items():
        if before.get(name) != value:
            actions.append(f"{'SET' if name in before else 'ADD'} {ident(name)} {literal(value)}")
    return _options(actions)


def may_hold_secret(*options: tuple[str, ...]) -> bool:
    """Whether an option is named as one that holds a password or a key."""
    return any(_SECRET.search(name) for group in options for name in _pairs(group))


def _options(actions: Iterable[str]) -> str:
    text = ", ".join(actions)
    return f" OPTIONS ({text})" if text else ""


def _pairs(options: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, _, value in (option.partition("=") for option in options)}
