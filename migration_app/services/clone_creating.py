"""Runs a clone's statements, the engine's or pg_dump's, and reads the result again before it commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from migration_app import conf
from migration_app.engine import apply, catalog, diff
from migration_app.engine.apply.script import run_script
from migration_app.engine.errors import NotVerified, ScriptFailed, StatementFailed
from migration_app.engine.model import Address, Context, Statement, Verb
from migration_app.engine.plan import plan
from migration_app.services.clone_job import beside_desired
from migration_app.services.connecting import claim, write_mark
from migration_app.services.dump_entries import Entry, Label, entries, labels, spoken_of
from migration_app.services.pg_tools import dump_schema, excluding
from migration_app.services.sides import role_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

    from migration_app.engine.model import Change
    from migration_app.services.clone_job import Job

_INSUFFICIENT_PRIVILEGE: Final = "42501"
_UNSAID: Final = frozenset({"owner"})
"""Kinds that have no entry of their own."""
_MAY_HOLD_SECRETS: Final = frozenset({"SERVER", "USER MAPPING", "SUBSCRIPTION", "FOREIGN DATA WRAPPER"})


def create(copy: Connection[Any], job: Job, alias: str | None, meanwhile: Callable[[], None]) -> tuple[Statement, ...]:
    """Run the engine's plan; give the statements that ran. ``alias`` says which mark the target gets.

    ``meanwhile`` runs while the server works, where it comes to that.

    What the target's default privileges grant on an extension's members is known once these are there: it is taken back
    then.

    Raises:
        StatementFailed: the server refused a statement; nothing was changed.
        NotVerified: the result differed; nothing was changed.

    """
    added: list[Statement] = []

    def verify() -> None:
        left = _differences(copy, job)
        if left and all(change.unforeseen for change in left):
            added.extend(_rest(copy, job))
            apply.within(copy, added)
            left = _differences(copy, job)
        _require_none(left)

    try:
        apply.apply(
            copy,
            job.plan.statements,
            limits=_limits(),
            before=lambda: _mark(copy, alias),
            verify=verify,
            meanwhile=meanwhile,
        )
    except StatementFailed as error:
        if error.sqlstate == _INSUFFICIENT_PRIVILEGE:
            raise replace(error, advice=f"{error.advice} Or leave it out: --skip {quote(error.address)}.") from error
        raise
    return (*job.plan.statements, *added)


def create_by_dump(
    copy: Connection[Any], job: Job, alias: str | None, dumped: tuple[Statement, ...]
) -> tuple[Statement, ...]:
    """Run what pg_dump wrote; then what it loses is added by the engine. Give all the statements that ran.

    Lost by pg_dump: triggers and policies on tables of the platform's, and the privileges that the target's own
    defaults grant in excess.

    Raises:
        StatementFailed: the server refused a statement; nothing was changed.
        NotVerified: the result differed; nothing was changed.

    """
    first = (*job.clearing, *(each for each in job.plan if each.verb is Verb.CREATE and each.address.kind == "role"))
    added: list[Statement] = []

    def fill() -> None:
        _run(copy, dumped)
        rest = _rest(copy, job)
        apply.within(copy, rest)
        added.extend(rest)
        _require_none(_differences(copy, job))

    try:
        apply.apply(copy, first, limits=_limits(), before=lambda: _mark(copy, alias), verify=fill)
    except ScriptFailed as error:
        # One query for all entries costs one wait, but a refusal doesn't say which entry it is about.
        apply.apply(copy, first, limits=_limits(), verify=partial(_run_singly, copy, dumped, error))
    return (*first, *dumped, *added)


def dump_of(origin: Connection[Any], job: Job) -> tuple[Statement, ...]:
    """Give pg_dump's entries for the part wanted, each as a statement."""
    objects, changed = job.desired.objects, job.changed
    label = partial(labels, job.whole)
    parts = _Parts(
        wanted=frozenset(each for address in objects if address in changed for each in label(address)),
        settled=frozenset(each for address in objects if address not in changed for each in label(address)),
        unwanted=frozenset(
            each
            for address in job.whole.objects
            if address not in objects and address.kind not in _UNSAID
            for each in label(address)
        ),
        all_others=not job.partial,
    )
    dumped = dump_schema(origin, *excluding(job.aim.platform | job.aim.exclude_schemas))
    return tuple(_statement(entry) for entry in entries(dumped) if parts.hold(entry))


@dataclass(frozen=True)
class _Parts:
    wanted: frozenset[Label]
    settled: frozenset[Label]
    """What the target has already, such as an extension of the platform's."""
    unwanted: frozenset[Label]
    all_others: bool
    """Take objects of kinds that the engine doesn't carry."""

    def hold(self, entry: Entry) -> bool:
        """Whether the entry is to be run."""
        said = spoken_of(entry)
        if said & self.unwanted:
            # Where two overloads bear one name, pg_dump's words for their comments and grants don't tell them apart:
            # the engine adds what is lost here.
            return False
        if said & self.wanted:
            return True
        return self.all_others and not entry.about and not said & self.settled


def _statement(entry: Entry) -> Statement:
    path = (entry.schema, entry.name) if entry.schema else (entry.name,)
    kind = entry.type.lower().replace(" ", "_")
    return Statement(Verb.CREATE, Address(kind, path), entry.text.strip(), secret=entry.type in _MAY_HOLD_SECRETS)


def _run(copy: Connection[Any], dumped: tuple[Statement, ...]) -> None:
    run_script(copy, "\n\n".join(each.sql for each in dumped), "pg_dump's output")


def _run_singly(copy: Connection[Any], dumped: tuple[Statement, ...], known: ScriptFailed) -> None:
    """Run the entries one by one to find the one that fails; raises in any case."""
    for number, each in enumerate(dumped, 1):
        try:
            run_script(copy, each.sql, str(each))
        except ScriptFailed as error:
            raise StatementFailed(
                number,
                len(dumped),
                str(each.verb),
                f"{each.address.kind} {each.address}",
                each.shown,
                error.reason,
                advice="Nothing was changed. --engine native needs less of the target.",
            ) from error
    raise known


def _rest(copy: Connection[Any], job: Job) -> tuple[Statement, ...]:
    current = catalog.read(copy, within=True)
    there = beside_desired(current, job.desired, job.aim)
    context = Context(role=role_of(copy), current=current)
    return plan(diff.compare(there, job.desired), there, job.desired, context).statements


def _differences(copy: Connection[Any], job: Job) -> tuple[Change, ...]:
    answer = catalog.ask(copy, within=True)
    if job.answer is not None and catalog.same(job.answer, answer):
        return ()
    result = catalog.snapshot_of(copy, answer)
    return diff.compare(beside_desired(result, job.desired, job.aim), job.desired)


def _require_none(left: tuple[Change, ...]) -> None:
    if left:
        raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in left))


def _mark(copy: Connection[Any], alias: str | None) -> None:
    claim(copy)
    role = conf.get().role(alias) if alias is not None else None
    write_mark(copy, role or "test")


def _limits() -> apply.Limits:
    settings = conf.get()
    return apply.Limits(
        lock_timeout=round(settings.lock_timeout * 1000), statement_timeout=round(settings.statement_timeout * 1000)
    )
