"""Storage and view options, as every relation bears them: text of the form ``name=value``."""

from __future__ import annotations

from migration_app.engine.sql import ident, literal

STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
COMPRESSION = {"p": "pglz", "l": "lz4"}


def storage_sql(storage: str) -> str:
    """Give the action that sets how a column's long values are stored, as pg_attribute.attstorage has it."""
    return f"SET STORAGE {STORAGE[storage]}"


def compression_sql(compression: str | None) -> str:
    """Give the action that sets how a column's long values are compressed; None is the server's default."""
    return f"SET COMPRESSION {COMPRESSION[compression] if compression else 'default'}"


def _assignment(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{'.'.join(map(ident, name.split('.')))}={literal(value)}"


def with_options(options: tuple[str, ...]) -> str:
    """Give ``WITH (…)`` with a space before it, or nothing."""
    return f" WITH ({', '.join(map(_assignment, options))})" if options else ""


def change_options(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """Give the ``SET (…)`` and ``RESET (…)`` actions that lead from the old options to the new."""
    wanted = {option.partition("=")[0] for option in new}
    gone = [name for option in old if (name := option.partition("=")[0]) not in wanted]
    changed = [option for option in new if option not in old]
    actions = []
    if changed:
        actions.append(f"SET ({', '.join(map(_assignment, changed))})")
    if gone:
        actions.append(f"RESET ({', '.join('.'.join(map(ident, name.split('.'))) for name in gone)})")
    return actions
