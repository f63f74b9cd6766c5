"""From changes to statements that can run in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.errors import CycleFound, RequirementsMissing
from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Change, Fact, Hazard, Making, Plan, Statement, Verb

from .circles import Node, Openings, make_anew
from .exactness import exact
from .folding import Folding
from .graphing import Drops, graph_of
from .moving import dropped, moves
from .ordering import Graph
from .rebuilding import rebuild
from .roles import in_one_go
from .working import Work, work_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migration_app.engine.model import Address, Context, Ddl, Object, Snapshot

_RANK: Final = {kind.KIND: rank for rank, kind in enumerate(KINDS)}
_LATE: Final = frozenset(kind.KIND for kind in KINDS if kind.LATE)
_FIRST: Final = frozenset(kind.KIND for kind in KINDS if kind.FIRST)
_IMPLIED: Final = tuple(kind for kind in KINDS if any("implied_by" in vars(base) for base in kind.__mro__[:-2]))
"""The kinds of which PostgreSQL makes objects by itself; the last two bases are Object and object."""
_VERB_RANK: Final = {Verb.DROP: 0, Verb.ALTER: 1, Verb.SHELL: 1, Verb.CREATE: 1, Verb.MOVE: 1}


def plan(changes: Sequence[Change], current: Snapshot, desired: Snapshot, context: Context) -> Plan:
    """Give the statements that turn ``current`` into ``desired``.

    Args:
        changes: what ``compare(current, desired)`` gave, or a part of it.
        current: the schema as it is, as far as it takes part.
        desired: the schema as it shall be.
        context: the session that will run the plan; its snapshot is the whole database, not just what takes part.

    Raises:
        RequirementsMissing: an object needs what neither side has.
        CycleFound: objects need one another in a circle that can't be opened.

    """
    work = work_of(changes)
    rebuild(work, current, desired)
    _settle_lost(work, changes, current, desired)
    _add_shared(work, desired, context)
    _check_requirements(work, desired, context)
    _settle_implied(work, desired, context)
    while isinstance(found := _statements(work, current, desired), _Circle):
        if not make_anew(found.nodes, work, current, desired):
            raise CycleFound(tuple(f"{address.kind} {address}" for _, address in found.nodes))
        rebuild(work, current, desired)
        _settle_implied(work, desired, context)
    return Plan(found, context.current.hash)


@dataclass(frozen=True)
class _Circle:
    """Statements that wait for one another."""

    nodes: tuple[Node, ...]


def _settle_lost(work: Work, changes: Iterable[Change], current: Snapshot, desired: Snapshot) -> None:
    """Create the facts once more that altering what they are about loses, and drop none that it loses."""
    for change in changes:
        if change.address not in work.alters:
            continue
        altered = {(change.address.kind, name) for name in change.attributes}
        for side in (current, desired):
            for address in side.dependents.get(change.address, ()):
                fact = side.objects.get(address)
                if not isinstance(fact, Fact) or fact.of != change.address or altered.isdisjoint(fact.lost_by):
                    continue
                if side is desired:
                    work.creates[address] = fact
                elif fact.carrier not in work.drops:
                    work.drops.pop(address, None)


def _add_shared(work: Work, desired: Snapshot, context: Context) -> None:
    """Create what lives in the cluster and is missing there."""
    for address in [*work.creates, *work.alters]:
        for needed in desired.requires.get(address, ()):
            obj = desired.objects.get(needed)
            if obj is not None and obj.SHARED and needed not in context.current.objects:
                work.creates[needed] = obj


def _check_requirements(work: Work, desired: Snapshot, context: Context) -> None:
    there = context.current.objects
    missing = [
        (f"{address.kind} {address}", f"{needed.kind} {needed}")
        for address in work.creates
        for needed in desired.requires.get(address, ())
        if needed not in work.creates and (needed not in there or needed in work.drops)
    ]
    major = context.current.version // 10_000
    wanted = (obj for address in (*work.creates, *work.alters) if (obj := desired.objects.get(address)) is not None)
    missing += [(f"{obj.KIND} {obj.address}", f"PostgreSQL {obj.since}") for obj in wanted if obj.since > major]
    missing += [
        (f"{obj.KIND} {obj.address}", obj.unknown_to_servers) for obj in work.creates.values() if obj.unknown_to_servers
    ]
    if missing:
        raise RequirementsMissing(tuple(sorted(missing)))


def _settle_implied(work: Work, desired: Snapshot, context: Context) -> None:
    """Leave out what PostgreSQL makes by itself, and undo what it makes that isn't wanted."""
    for created in list(work.creates.values()):
        for kind in _IMPLIED:
            for implied in kind.implied_by(created, context):
                wanted = desired.objects.get(implied.address)
                if wanted is None:
                    work.alters[implied.address] = tuple(implied.drop())
                elif implied.address in work.creates:
                    del work.creates[implied.address]
                    if wanted != implied:
                        work.alters[implied.address] = _lead(implied, wanted)


def _lead(old: Object, new: Object) -> tuple[Ddl, ...]:
    change = [name for name in old.compared() if getattr(old, name) != getattr(new, name)]
    makers = {id(old.ALTERS[name].make): old.ALTERS[name].make for name in change}
    return tuple(ddl for make in makers.values() for ddl in make(old, new) or ())


def _statements(work: Work, current: Snapshot, desired: Snapshot) -> tuple[Statement, ...] | _Circle:
    openings = Openings()
    drops = Drops(work, current)
    settling = _settling(work, desired)
    while True:
        folding = Folding(work.creates, openings.loose)
        graph = graph_of(work, folding, openings, drops, current, desired)
        ordered, stuck = graph.sort(lambda node: _key(node, work, settling))
        if not stuck:
            break
        circle = graph.circle(stuck)
        opened = _opened(drops, graph, stuck) if all(verb is Verb.DROP for verb, _ in circle) else None
        if opened is None and not openings.open(graph, stuck, work, folding, desired):
            return _Circle(tuple(circle))
        drops = opened or drops
    making = Making(current, desired, work.creates, work.alters.keys(), folding.is_folded)
    statements = [
        _statement(verb, address, ddl, settling)
        for verb, address in ordered
        if not _settled(verb, address, work, making)
        for ddl in _ddl(verb, address, work, folding, openings, drops, current)
    ]
    return (*in_one_go(statements), *_afterwards(ordered, work))


def _settled(verb: Verb, address: Address, work: Work, making: Making) -> bool:
    """Whether other statements do what this one would."""
    if verb is Verb.DROP:
        return work.drops[address].settled_by_others(making)
    if verb is Verb.ALTER and address in work.drops:
        return False
    wanted = making.desired.objects.get(address) if verb in (Verb.ALTER, Verb.CREATE) else None
    return wanted is not None and wanted.settled_by_others(making)


def _afterwards(ordered: Iterable[Node], work: Work) -> Iterator[Statement]:
    """Fill again what went and came back, and bring counters behind the values that are there.

    It comes last: a query may need anything else of the plan.
    """
    for verb, address in ordered:
        if verb is not Verb.CREATE:
            continue
        obj = work.creates[address]
        found = [*obj.refill(work.drops[address])] if address in work.drops else []
        # A sequence that is there already stands where it stands, whoever owns it.
        new = (address.of or address) in work.creates
        if new and obj.counts_for is not None and obj.counts_for not in work.creates:
            found += obj.catch_up()
        for ddl in found:
            yield Statement(Verb.ALTER, address, ddl.sql, ddl.hazards)


def _settling(work: Work, desired: Snapshot) -> frozenset[Address]:
    """Give what is altered by statements that must be committed before other statements of the plan can run."""
    return frozenset(
        address
        for address, statements in work.alters.items()
        if not all(ddl.usable_at_once for ddl in statements)
        and any(
            (other in work.creates or other in work.alters) and other.of != address
            for other in desired.dependents.get(address, ())
        )
    )


def _statement(verb: Verb, address: Address, ddl: Ddl, settling: frozenset[Address]) -> Statement:
    settles = verb is Verb.ALTER and address in settling
    hazards = (*ddl.hazards, Hazard.NOT_TRANSACTIONAL) if settles else ddl.hazards
    verb = Verb.CREATE if verb is Verb.SHELL else verb
    return Statement(verb, address, exact(ddl.sql), hazards, ddl.transactional, ddl.secret, settles)


def _opened(drops: Drops, graph: Graph[Node], stuck: set[Node]) -> Drops | None:
    circle = graph.circle(stuck)
    opened = drops.opened({address for _, address in circle})
    return opened or drops.uproot({address for _, address in graph.component(circle[0], stuck)})


def _key(node: Node, work: Work, settling: frozenset[Address]) -> tuple[object, ...]:
    verb, address = node
    obj = work.creates.get(address) or work.drops.get(address)
    order = obj.order if obj is not None and verb in (Verb.SHELL, Verb.CREATE) else (address,)
    when = -1 if verb is Verb.ALTER and address in settling else _when(node)
    return (when, _VERB_RANK[verb], _RANK[address.kind], str(verb), _text(order))


def _when(node: Node) -> int:
    """Give 0 for what comes before all others, 2 for what comes after them."""
    verb, address = node
    # The facts of an object go before it.
    if verb is Verb.DROP and (address.of or address).kind in _FIRST:
        return 0
    return 2 if address.kind in _LATE else 1


def _text(order: Iterable[object]) -> tuple[str, ...]:
    return tuple(f"{part:08}" if isinstance(part, int) else str(part) for part in order)


def _ddl(
    verb: Verb, address: Address, work: Work, folding: Folding, openings: Openings, drops: Drops, current: Snapshot
) -> Iterator[Ddl]:
    if verb is Verb.ALTER:
        yield from work.alters[address]
    elif verb is Verb.SHELL:
        yield from work.creates[address].shell()
    elif verb is Verb.CREATE:
        parts, obj = folding.parts(address), work.creates[address]
        yield from obj.fill(parts) if address in openings.shells else obj.create(parts)
        for part in parts:
            yield from part.finish()
    elif verb is Verb.MOVE:
        yield from moves(address, work, current)
    elif address in drops.uprooted:
        yield from work.drops[address].uproot()
    else:
        yield from dropped(address, work, current)
