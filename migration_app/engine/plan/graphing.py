"""What each statement of a plan waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from migration_app.engine.model import Address, Fact, Snapshot, Verb

from .circles import Node, Openings
from .folding import Folding
from .moving import bind_moves, holders, holders_above, movers, must_clear
from .ordering import Graph
from .rebuilding import released, suppressed
from .working import Work


class Drops:
    """Where the drops happen: some need no statement, because others take them along."""

    def __init__(
        self,
        work: Work,
        current: Snapshot,
        apart: AbstractSet[Address] = frozenset(),
        uprooted: Mapping[Address, frozenset[Address]] = MappingProxyType({}),
    ) -> None:
        """Find them; those ``apart`` get statements of their own all the same, those ``uprooted`` take others along."""
        self._work, self._current, self._apart, self.uprooted = work, current, apart, uprooted
        self._taking = {a: taking for a, taking in suppressed(work, current) if a not in apart and a not in uprooted}
        self.cleared = self._clear()
        """Part of a retired holder of rows that goes before this does → the holders."""
        self._taking.update({other: (root,) for root, others in uprooted.items() for other in others})
        self._roots: dict[Address, frozenset[Address]] = {}
        self.silent = frozenset(address for address in self._taking if address not in self._own(address))

    def _clear(self) -> dict[Address, frozenset[Address]]:
        """Let parts of retired holders of rows go by themselves, unless something else takes them along."""
        found = {}
        taken = self._work.taken
        for address, taking in list(self._taking.items()):
            above = holders_above(address, self._work, self._current)
            if above and must_clear(address, above, self._work, self._current, taken):
                others = tuple(other for other in taking if not self._work.drops[other].HOLDS_ROWS)
                if others:
                    self._taking[address] = others
                else:
                    del self._taking[address]
                    found[address] = above
        return found

    def opened(self, circle: AbstractSet[Address]) -> Drops | None:
        """Give the drops with those apart that hold a circle of DROP statements together; None where there are none."""
        for root in sorted(circle, key=str):
            others = circle - {root}
            causes = {
                address
                for address in self.silent
                if self.roots(address) == {root}
                and any(
                    needed in self._work.drops and not others.isdisjoint(self.roots(needed))
                    for needed in self._current.requires.get(address, ())
                )
            }
            if causes:
                return Drops(self._work, self._current, self._apart | causes, self.uprooted)
        return None

    def uproot(self, component: AbstractSet[Address]) -> Drops | None:
        """Give the drops with one object of a circle taking the others along; None where no object can."""
        for root in sorted(component, key=str):
            if tuple(self._work.drops[root].uproot()):
                uprooted = {**self.uprooted, root: frozenset(component - {root})}
                return Drops(self._work, self._current, self._apart, uprooted)
        return None

    def roots(self, address: Address) -> frozenset[Address]:
        """Give the objects whose DROP statements may take the address along: itself where it needs its own."""
        found = self._roots.get(address)
        if found is None:
            found = self._roots[address] = self._own(address)
        return found

    def _own(self, address: Address) -> frozenset[Address]:
        seen: set[Address] = set()
        waiting, roots = [address], set()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            above = self._taking.get(one, ())
            waiting.extend(above)
            if not above:
                roots.add(one)
        return frozenset(roots or {address})


def graph_of(
    work: Work, folding: Folding, openings: Openings, drops: Drops, current: Snapshot, desired: Snapshot
) -> Graph[Node]:
    """Give the statements' nodes and their order as far as it is bound."""
    nodes = [(Verb.DROP, address) for address in work.drops if address not in drops.silent]
    nodes += [(Verb.ALTER, address) for address in work.alters]
    nodes += [(Verb.CREATE, address) for address in work.creates if not folding.is_folded(address)]
    nodes += [(Verb.SHELL, address) for address in openings.shells]
    nodes += [(Verb.MOVE, address) for address in movers(work, current)]
    graph: Graph[Node] = Graph(nodes, openings.unbound)
    _bind_creates(graph, work, folding, openings, drops, desired)
    _bind_shells(graph, work, folding, openings, drops, desired)
    _bind_alters(graph, work, folding, openings, drops, current, desired)
    _bind_drops(graph, work, drops, current)
    _bind_released(graph, work, drops, current)
    _bind_completing(graph, work, folding, desired)
    _bind_facts(graph, work, folding, desired)
    _bind_names(graph, work, folding, openings, drops)
    bind_moves(graph, work, folding, current, desired)
    return graph


def _bind_creates(
    graph: Graph[Node],
    work: Work,
    folding: Folding,
    openings: Openings,
    drops: Drops,
    desired: Snapshot,
) -> None:
    for address in work.creates:
        node = (Verb.CREATE, folding.whole(address))
        if address in work.drops:
            for room in _room(address, work, drops):
                graph.after(node, room)
        for needed in desired.requires.get(address, ()):
            whole = folding.whole(needed)
            graph.after(node, openings.made(whole, node[1]))
            graph.after(node, (Verb.ALTER, needed))


def _bind_shells(
    graph: Graph[Node], work: Work, folding: Folding, openings: Openings, drops: Drops, desired: Snapshot
) -> None:
    for address, circle in openings.shells.items():
        shell = (Verb.SHELL, address)
        graph.after((Verb.CREATE, address), shell)
        if address in work.drops:
            for room in _room(address, work, drops):
                graph.after(shell, room)
        for needed in desired.requires.get(address, ()):
            whole = folding.whole(needed)
            if whole not in circle:
                graph.after(shell, openings.made(whole, address))
                graph.after(shell, (Verb.ALTER, needed))


def _bind_alters(
    graph: Graph[Node],
    work: Work,
    folding: Folding,
    openings: Openings,
    drops: Drops,
    current: Snapshot,
    desired: Snapshot,
) -> None:
    for address in work.alters:
        node = (Verb.ALTER, address)
        if address not in work.retired:
            for needed in desired.requires.get(address, (address.of,) if address.of else ()):
                graph.after(node, openings.made(folding.whole(needed), address))
                graph.after(node, (Verb.ALTER, needed))
        else:
            graph.after((Verb.DROP, address), node)
        for needed in current.requires.get(address, ()):
            # What is dropped and altered was made anew, but for the retired: its alteration is of the new one.
            if needed in work.drops and address not in work.drops:
                for root in drops.roots(needed):
                    graph.after((Verb.DROP, root), node)
                # A statement names what is there as it is called before, but for what becomes one of the successor.
                if needed in holders(work) and address not in work.moved:
                    graph.after((Verb.ALTER, needed), node)


def _bind_drops(graph: Graph[Node], work: Work, drops: Drops, current: Snapshot) -> None:
    for address in work.drops:
        roots = drops.roots(address)
        for needed in current.requires.get(address, ()):
            below = drops.roots(needed) - roots if needed in work.drops else ()
            for holder in drops.cleared.get(address, ()):
                graph.after((Verb.ALTER, holder), (Verb.DROP, address))
            for root in roots:
                for other in below:
                    graph.after((Verb.DROP, other), (Verb.DROP, root))
                if root not in work.retired and work.let_go.get(address) != needed:
                    graph.after((Verb.ALTER, needed), (Verb.DROP, root))
        if address in work.let_go:
            for verb in (Verb.DROP, Verb.ALTER):
                graph.after((Verb.DROP, address), (verb, work.let_go[address]))


def _bind_released(graph: Graph[Node], work: Work, drops: Drops, current: Snapshot) -> None:
    for address, releasing in released(work, current).items():
        for root in drops.roots(address):
            graph.after((Verb.DROP, root), (Verb.DROP, releasing))


def _bind_completing(graph: Graph[Node], work: Work, folding: Folding, desired: Snapshot) -> None:
    """Let what needs something that facts complete wait for these, and what comes after all parts for the parts."""
    joining: dict[Address, list[Address]] = {}
    for fact in desired.of_kind(Fact):
        if fact.carrier is None or fact.address not in work.creates:
            continue
        joining.setdefault(fact.carrier, []).append(fact.address)
        if not fact.COMPLETES:
            continue
        for dependent in desired.dependents.get(fact.carrier, ()):
            other = desired.objects.get(dependent)
            if isinstance(other, Fact) and other.COMPLETES:
                continue  # one of the same: they don't wait for one another
            graph.after((Verb.CREATE, folding.whole(dependent)), (Verb.CREATE, fact.address))
    if joining:
        for address, obj in work.creates.items():
            for part in joining.get(obj.after_parts_of, ()) if obj.after_parts_of else ():
                graph.after((Verb.CREATE, folding.whole(address)), (Verb.CREATE, part))


def _bind_facts(graph: Graph[Node], work: Work, folding: Folding, desired: Snapshot) -> None:
    """Let what wants all facts of something wait for those that are made or altered."""
    nodes = [*((Verb.CREATE, address) for address in work.creates), *((Verb.ALTER, address) for address in work.alters)]
    facts: dict[Address, list[Node]] = {}
    for node in nodes:
        if node[1].of is not None:
            facts.setdefault(node[1].of, []).append(node)
    for verb, address in nodes:
        obj = desired.objects.get(address)
        if obj is not None and obj.after_facts_of in facts:
            for fact in facts[obj.after_facts_of]:
                graph.after((verb, folding.whole(address)), fact)


def _bind_names(graph: Graph[Node], work: Work, folding: Folding, openings: Openings, drops: Drops) -> None:
    """Let what takes a name wait for what bore it."""
    bearers = {name: address for address, obj in work.drops.items() for name in obj.takes}
    if not bearers:
        return
    for address, obj in work.creates.items():
        for name in obj.takes:
            bearer = bearers.get(name)
            if bearer is not None and bearer != address:
                for room in _room(bearer, work, drops):
                    graph.after(openings.first(folding.whole(address)), room)


def _room(address: Address, work: Work, drops: Drops) -> Iterable[Node]:
    """Give the statements after which the dropped object's name is free."""
    for root in (address,) if address in work.retired else drops.roots(address):
        yield (Verb.ALTER if root in work.retired else Verb.DROP, root)
