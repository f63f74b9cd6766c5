"""The texts: a Django migration, scripts for psql, migrations of a Supabase project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import one_line
from migration_app.services.migrating.script import Part, Script, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migration_app.engine.model import Statement

# Every name in a plan is qualified; bodies of functions may name what comes later.
_OPENING: Final = ("BEGIN;", "SET LOCAL search_path = '';", "SET LOCAL check_function_bodies = off;")
_CHECK_OFF: Final = "SELECT pg_catalog.set_config('check_function_bodies', 'off', true)"

_DJANGO: Final = '''\
{header}
from __future__ import annotations

from django.db import migrations

ALIASES = {aliases}
"""The databases that this migration is for; on others it does nothing."""


class Routed(migrations.RunSQL):
    """SQL for the databases named; each operation is one transaction."""

    atomic = True

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.alias in ALIASES:
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.alias in ALIASES:
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Apart(Routed):
    """A statement that PostgreSQL takes outside a transaction only."""

    atomic = False


class Migration(migrations.Migration):
    atomic = {atomic}
    dependencies = {dependencies}
    operations = [
{operations}
    ]
'''


def sql_text(script: Script, statements: tuple[Statement, ...]) -> str:
    """Give a script for psql: each transaction in its BEGIN and COMMIT."""
    lines = [*_header(script, "--"), ""]
    for part in parts(statements):
        lines += [*_OPENING, ""] if part.transactional else ["-- Outside a transaction."]
        lines += [line for each in part.statements for line in _commented(each)]
        lines += ["COMMIT;", ""] if part.transactional else []
    return "\n".join(lines).rstrip() + "\n"


def supabase_texts(script: Script, statements: tuple[Statement, ...]) -> Iterator[str]:
    """Give a migration for each transaction: the Supabase CLI runs a file as one."""
    for part in parts(statements):
        lines = [*_header(script, "--"), "", "set check_function_bodies = off;", ""]
        lines += [line for each in part.statements for line in _commented(each)]
        yield "\n".join(lines).rstrip() + "\n"


def django_text(script: Script, label: str, previous: str | None) -> str:
    """Give a Django migration: RunSQL with reverse_sql, atomic where all of it is one transaction."""
    there, back = list(parts(script.there)), list(parts(script.back or ()))
    whole = len(there) == 1 and len(back) <= 1 and all(part.transactional for part in (*there, *back))
    return _DJANGO.format(
        header="\n".join(_header(script, "#")),
        aliases=repr(script.aliases),
        atomic=whole,
        dependencies=repr([(label, previous)] if previous else []),
        operations="\n".join(_operations(there, back, reversible=script.back is not None, whole=whole)),
    )


def _operations(there: list[Part], back: list[Part], *, reversible: bool, whole: bool) -> Iterator[str]:
    if whole:
        yield _operation(there[0], back[0] if back else None, reversible=reversible)
        return
    # Backwards Django begins with the last operation, so the way back stands in front.
    for part in reversed(back):
        name = "Routed" if part.transactional else "Apart"
        yield f"        {name}(migrations.RunSQL.noop, reverse_sql={_listed(part)}),"
    for part in there:
        yield _operation(part, None, reversible=reversible)


def _operation(there: Part, back: Part | None, *, reversible: bool) -> str:
    name = "Routed" if there.transactional else "Apart"
    noop = ", reverse_sql=migrations.RunSQL.noop" if reversible else ""
    reverse = f", reverse_sql={_listed(back)}" if back is not None else noop
    return f"        {name}({_listed(there)}{reverse}),"


def _listed(part: Part) -> str:
    # A list: Django runs each text as it stands. One long text it would split, and read % in.
    sql = [_CHECK_OFF] if part.transactional else []
    texts = [*sql, *(each.sql for each in part.statements)]
    lines = "".join(f"\n                {_literal(text)}," for text in texts)
    return f"[{lines}\n            ]"


def _literal(text: str) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:  # noqa: PLR2004 - one line needs no parentheses
        return repr(text)
    return "(" + "".join(f"\n                    {line!r}" for line in lines) + "\n                )"


def _commented(statement: Statement) -> Iterable[str]:
    hazards = f" ({', '.join(statement.hazards)})" if statement.hazards else ""
    return (f"-- {one_line(str(statement))}{hazards}", f"{statement.sql};", "")


def _header(script: Script, sign: str) -> list[str]:
    lines = [script.title, "Written by sync_schema. Try it on a test environment before production takes it."]
    lines += [f"LOSES DATA: {line}" for line in script.losses]
    return [f"{sign} {one_line(line)}" for line in lines]
