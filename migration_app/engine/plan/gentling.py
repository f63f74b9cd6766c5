"""The same plan in forms that let others go on working on tables that hold rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from migration_app.engine.kinds.gently import gentle_form, settled_by_keys
from migration_app.engine.model import Address, Hazard, Snapshot, Statement, Verb

from .exactness import keep_array_casts

if TYPE_CHECKING:
    from migration_app.engine.model import Ddl


def gently(
    statements: Sequence[Statement], desired: Snapshot, busy: AbstractSet[Address], version: int
) -> tuple[tuple[Statement, Statement], ...]:
    """Give each statement with the one that it was made of.

    The first part of the plan is committed before the second, which checks rows and builds indexes: nobody waits for
    the first's locks while that goes on. A column that a new primary key makes NOT NULL needs no statement of its own
    unless there are rows to be validated before.

    Args:
        statements: a plan's.
        desired: the schema that it leads to.
        busy: tables that hold rows.
        version: the server's that runs them.

    """
    made = {each.address for each in statements if each.verb is Verb.CREATE}
    settled = settled_by_keys(made, desired, busy)
    statements = [each for each in statements if (each.address, each.sql) not in settled]
    now: list[tuple[Statement, Statement]] = []
    later: list[tuple[Statement, Statement]] = []
    away = _away(statements)
    for position, statement in enumerate(statements):
        obj = desired.objects.get(statement.address)
        form = gentle_form(obj, statement.sql, version) if obj is not None and statement.verb is not Verb.DROP else None
        if form is None or form.table not in busy or form.table in made:
            now.append((statement, statement))
            continue
        waits = form.movable and not _needed(statement, statements, desired)
        here = [(_like(statement, ddl), statement) for ddl in form.now]
        commits = not waits and not all(each.transactional for each, _ in here)
        if not here or (commits and any(start < position < end for start, end in away)):
            here = [(statement, statement)]
        first = [pair for pair in later if pair[0].address in form.waits_for]
        later = [pair for pair in later if pair not in first]
        (later if waits else now).extend([*here[:-1], *first, *here[-1:]])
        later.extend((_like(statement, ddl), statement) for ddl in form.later)
    # What is outside a transaction anyhow comes first, so that the rest can be one; what locks others out comes last,
    # so that they don't wait while rows are read.
    later.sort(key=lambda pair: (pair[0].transactional, Hazard.LOCKS_READS in pair[0].hazards))
    if now and later and later[0][0].transactional and now[-1][0].transactional:
        last, origin = now[-1]
        now[-1] = (_settling(last), origin)
    return tuple(_marked(now, later))


def _away(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Give where something is gone or half replaced, from the first statement about it to the last.

    A commit meanwhile would show that to others, and leave it so if the run ended there.
    """
    places: dict[Address, list[int]] = {}
    for position, statement in enumerate(statements):
        places.setdefault(statement.address, []).append(position)
    return [
        (own[0], own[-1])
        for own in places.values()
        if statements[own[0]].verb is not Verb.CREATE
        and any(statements[position].verb is Verb.CREATE for position in own)
    ]


def _marked(
    now: list[tuple[Statement, Statement]], later: list[tuple[Statement, Statement]]
) -> list[tuple[Statement, Statement]]:
    """Say of the second part that it is committed apart."""
    if not now:
        return later
    apart = (Hazard.NOT_TRANSACTIONAL,)
    return now + [
        (dataclasses.replace(each, hazards=tuple(dict.fromkeys((*each.hazards, *apart)))), origin)
        for each, origin in later
    ]


def _settling(statement: Statement) -> Statement:
    return dataclasses.replace(statement, settles=True)


def _needed(statement: Statement, statements: Sequence[Statement], desired: Snapshot) -> bool:
    """Whether another statement of the plan is about something that needs the object."""
    users = set(desired.dependents.get(statement.address, ()))
    return any(
        each.address in users or (each.address == statement.address and each != statement) for each in statements
    )


def _like(statement: Statement, ddl: Ddl) -> Statement:
    return dataclasses.replace(
        statement, sql=keep_array_casts(ddl.sql), hazards=ddl.hazards, transactional=ddl.transactional
    )
