"""Works out what a sync will do: which changes, by which statements, and why each is there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine import diff
from migration_app.engine.errors import UsageError
from migration_app.engine.kinds.column import Column
from migration_app.engine.model import Change, Context, Hazard, Plan, Snapshot, Statement, Verb, Verdict
from migration_app.engine.plan import plan
from migration_app.engine.plan.choosing import Choice, choose
from migration_app.services.syncing.outsiders import needed_outside
from migration_app.services.syncing.renames import require_said
from migration_app.services.syncing.result import Planned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from migration_app.engine.model import Address
    from migration_app.services.syncing.options import Wanted
    from migration_app.services.syncing.sharing import Shares

_VALUE: Final = 60
"""Characters of a value that are shown in a reason."""


@dataclass(frozen=True)
class Job:
    """A sync, ready to be rehearsed and run."""

    shares: Shares
    whole: Snapshot
    """All of the target."""
    choice: Choice
    planned: tuple[Planned, ...]
    plan: Plan

    @property
    def desired(self) -> Snapshot:
        """What the target's part shall be."""
        return self.choice.desired

    def left(self, whole: Snapshot) -> tuple[Change, ...]:
        """Give what of the target, read again, isn't what was wanted; what was held back is no matter."""
        held = {each.change.address for each in self.choice.held}
        return tuple(each for each in diff.compare(self.shares.of(whole), self.desired) if each.address not in held)

    def rest(self, whole: Snapshot, role: str) -> tuple[Statement, ...]:
        """Give what takes back that no plan could know of, now that it is there; nothing where more is left."""
        left = self.left(whole)
        if not all(change.unforeseen for change in left):
            return ()
        return plan(left, self.shares.of(whole), self.desired, Context(role, whole)).statements


def job_of(shares: Shares, whole: Snapshot, wanted: Wanted, role: str) -> Job:
    """Give the work; ``whole`` is all of the target, ``role`` runs the statements."""
    changes = diff.compare(shares.current, shares.desired)
    only, excepted = _matching(wanted.only, changes), _any(wanted.excepted, changes)
    choice = choose(changes, shares.current, shares.desired, only, excepted)
    if not wanted.no_rename:
        require_said(choice.changes, shares)
    made = plan(choice.changes, shares.current, choice.desired, Context(role, whole))
    kept: dict[Address, str] = {}
    while found := needed_outside(made, {change.address for change in choice.changes}, shares.current, whole):
        kept.update(found)
        choice = choose(changes, shares.current, shares.desired, only, excepted, kept)
        made = plan(choice.changes, shares.current, choice.desired, Context(role, whole))
    known = {change.address: change for change in choice.changes}
    new = {each.address for each in made if each.verb is Verb.CREATE} - shares.current.objects.keys()
    statements = tuple(_widening(_on_platform(each, shares), known, new, choice.desired) for each in made)
    planned = tuple(Planned(each, _why(each, known)) for each in statements)
    return Job(shares, whole, choice, planned, Plan(statements, made.current_hash))


def replanned(job: Job, planned: tuple[Planned, ...]) -> Job:
    """Give the job with other statements in its plan."""
    statements = tuple(each.statement for each in planned)
    return dataclasses.replace(job, planned=planned, plan=Plan(statements, job.plan.current_hash))


def order_differs(shares: Shares) -> tuple[str, ...]:
    """Give the tables that have the same columns on both sides in another order, which no ALTER changes."""
    sides = [_columns(side) for side in (shares.current, shares.desired)]
    return tuple(
        sorted(
            table
            for table, columns in sides[0].items()
            if table in sides[1] and columns != sides[1][table] and set(columns) == set(sides[1][table])
        )
    )


def _columns(snapshot: Snapshot) -> Mapping[str, list[str]]:
    found: dict[str, list[Column]] = {}
    for column in snapshot.of_kind(Column):
        found.setdefault(f"{column.schema}.{column.table}", []).append(column)
    return {table: [c.name for c in sorted(own, key=lambda c: c.position)] for table, own in found.items()}


def _matching(words: tuple[str, ...], changes: tuple[Change, ...]) -> Callable[[Address], bool] | None:
    return _any(words, changes) if words else None


def _any(words: tuple[str, ...], changes: tuple[Change, ...]) -> Callable[[Address], bool]:
    """Give what says whether an address is named: by its kind, its address, or both."""
    for word in words:
        if not any(word in _names(change.address) for change in changes):
            raise UsageError(
                f"nothing that differs is called {word!r}",
                "Name a kind (index), an address (public.orders) or both (index public.orders_day), as the plan does.",
            )
    wanted = set(words)
    return lambda address: not wanted.isdisjoint(_names(address))


def _names(address: Address) -> tuple[str, ...]:
    return (address.kind, str(address), f"{address.kind} {address}")


def _on_platform(statement: Statement, shares: Shares) -> Statement:
    address = statement.address
    while address.of is not None:
        address = address.of
    if len(address.path) > 1 and address.path[0] in shares.aim.platform:
        return dataclasses.replace(statement, hazards=(*statement.hazards, Hazard.PLATFORM))
    return statement


def _widening(statement: Statement, known: Mapping[Address, Change], new: set[Address], desired: Snapshot) -> Statement:
    """Give the statement without the hazard where it gives nobody more than before.

    What goes and comes back as it was doesn't, nor does what is part of an object that nobody could use before.
    """
    if statement.address in known and new.isdisjoint(desired.parents.get(statement.address, ())):
        return statement
    hazards = tuple(hazard for hazard in statement.hazards if hazard is not Hazard.WIDENS_PRIVILEGES)
    return dataclasses.replace(statement, hazards=hazards)


def _why(statement: Statement, known: Mapping[Address, Change]) -> str:
    change = known.get(statement.address)
    if change is None:
        return "goes and comes back as it was, because what it depends on changes"
    if change.verdict is Verdict.ADDED:
        return "the source has it, the target doesn't"
    if change.verdict is Verdict.REMOVED:
        return "the target has it, the source doesn't"
    values = "; ".join(_difference(change, name) for name in change.attributes)
    if statement.verb is Verb.ALTER:
        return values
    if _alterable(change):
        return f"replaced, since PostgreSQL refuses to alter it as things are: {values}"
    return f"replaced, since no ALTER changes this: {values}"


def _alterable(change: Change) -> bool:
    old, new = change.old, change.new
    if old is None or new is None:
        return False
    return all(name in old.ALTERS and old.ALTERS[name].make(old, new) is not None for name in change.attributes)


def _difference(change: Change, name: str) -> str:
    old, new = getattr(change.old, name, None), getattr(change.new, name, None)
    if change.old is not None and name in change.old.SECRETS:
        return f"{name} differs (not shown)"
    texts = [_short(value) for value in (old, new)]
    return f"{name.replace('_', ' ')}: {texts[0]} → {texts[1]}" if texts[0] != texts[1] else f"{name} differs"


def _short(value: object) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _VALUE else f"{text[: _VALUE - 1]}…"
