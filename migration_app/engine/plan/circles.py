"""What stands apart, so that objects that need one another in a circle can be created one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Address, Fact, Snapshot, Verb

from .folding import Folding
from .ordering import Graph
from .working import Work

Node = tuple[Verb, Address]

_RANK: Final = {kind.KIND: rank for rank, kind in enumerate(KINDS)}


@dataclass
class Openings:
    """How circles were opened so far."""

    loose: set[Address] = field(default_factory=set)
    """Parts that are not written inside another's CREATE."""
    shells: dict[Address, frozenset[Address]] = field(default_factory=dict)
    """Object that gets a first form → the others in its circle, which can do with that."""
    unbound: set[tuple[Node, Node]] = field(default_factory=set)
    """Statements of which the first doesn't wait for the second after all."""

    def made(self, needed: Address, by: Address) -> Node:
        """Give the statement after which the one object can be used by the other."""
        return (Verb.SHELL if by in self.shells.get(needed, ()) else Verb.CREATE, needed)

    def first(self, address: Address) -> Node:
        """Give the statement with which the object comes into being."""
        return (Verb.SHELL if address in self.shells else Verb.CREATE, address)

    def open(self, graph: Graph[Node], stuck: set[Node], work: Work, folding: Folding, desired: Snapshot) -> bool:
        """Let something in a circle stand apart: a folded part that causes it, an object's shell, or an order.

        Gives whether anything could.
        """
        circle = graph.circle(stuck)
        inside = {address for _, address in circle}
        causes = _causes(circle, inside, folding, desired)
        if causes:
            self.loose.update(causes)
            return True
        # A later kind can be had with less: a view's shell needs types only.
        for verb, address in sorted(circle, key=lambda node: (-_RANK[node[1].kind], str(node))):
            if verb is Verb.CREATE and address not in self.shells and tuple(work.creates[address].shell()):
                component = graph.component((verb, address), stuck)
                self.shells[address] = frozenset(other for _, other in component if other != address)
                return True
        if all(verb is Verb.ALTER for verb, _ in circle):
            # Each exists already. What is replaced in place keeps its signature, so the order rarely matters.
            waits = zip(circle, [*circle[1:], circle[0]], strict=True)
            self.unbound.add(max(waits, key=lambda wait: (_RANK[wait[0][1].kind], str(wait))))
            return True
        return False


def make_anew(circle: Iterable[Node], work: Work, current: Snapshot, desired: Snapshot) -> bool:
    """Let a fact or a view in a circle go and come back instead of being altered; gives whether there was one."""
    for verb, address in circle:
        old, new = current.objects.get(address), desired.objects.get(address)
        if verb is not Verb.ALTER or old is None or new is None or address in work.drops:
            continue
        if isinstance(old, Fact) or tuple(old.shell()):
            work.replace(old, new)
            return True
    return False


def _causes(circle: list[Node], inside: set[Address], folding: Folding, desired: Snapshot) -> list[Address]:
    for verb, address in circle:
        if verb is not Verb.CREATE:
            continue
        causes = [
            part.address
            for part in folding.parts(address)
            if any(folding.whole(needed) in inside - {address} for needed in desired.requires.get(part.address, ()))
        ]
        if causes:
            return causes
    return []
