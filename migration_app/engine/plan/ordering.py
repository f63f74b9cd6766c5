"""One graph, one topological sort."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

Node = TypeVar("Node")


class Graph(Generic[Node]):
    """Nodes and what each waits for."""

    def __init__(self, nodes: Iterable[Node], unbound: AbstractSet[tuple[Node, Node]] = frozenset()) -> None:
        """Begin with nodes that wait for nothing; in each pair of ``unbound`` the first never waits for the second."""
        self._unbound = unbound
        self._waits: dict[Node, set[Node]] = {node: set() for node in nodes}
        self._followers: dict[Node, list[Node]] = {node: [] for node in self._waits}

    def __contains__(self, node: Node) -> bool:
        return node in self._waits

    def after(self, later: Node, earlier: Node) -> None:
        """Let one node wait for another; nothing happens where either isn't there or they are the same."""
        if later == earlier or later not in self._waits or earlier not in self._waits:
            return
        if (later, earlier) in self._unbound:
            return
        if earlier not in self._waits[later]:
            self._waits[later].add(earlier)
            self._followers[earlier].append(later)

    def sort(self, key: Callable[[Node], tuple[object, ...]]) -> tuple[list[Node], set[Node]]:
        """Give the nodes in an order in which each comes after what it waits for, ties broken by the key.

        Those that wait for one another in a circle, and what waits for them, come second and unordered.
        """
        counts = {node: len(earlier) for node, earlier in self._waits.items()}
        numbered = {node: number for number, node in enumerate(self._waits)}
        ready = [(key(node), numbered[node], node) for node, count in counts.items() if not count]
        heapq.heapify(ready)
        ordered: list[Node] = []
        while ready:
            _, _, node = heapq.heappop(ready)
            ordered.append(node)
            for follower in self._followers[node]:
                counts[follower] -= 1
                if not counts[follower]:
                    heapq.heappush(ready, (key(follower), numbered[follower], follower))
        return ordered, {node for node, count in counts.items() if count}

    def circle(self, stuck: set[Node]) -> list[Node]:
        """Give one circle among the nodes that could not be ordered."""
        path: list[Node] = []
        node = next(iter(sorted(stuck, key=str)))
        while node not in path:
            path.append(node)
            node = min((earlier for earlier in self._waits[node] if earlier in stuck), key=str)
        return path[path.index(node) :]

    def component(self, node: Node, stuck: set[Node]) -> set[Node]:
        """Give everything that waits for the node and that the node waits for, by way of the stuck ones."""
        return self._reach(node, self._waits, stuck) & self._reach(node, self._followers, stuck)

    @staticmethod
    def _reach(start: Node, steps: Mapping[Node, Collection[Node]], among: set[Node]) -> set[Node]:
        found: set[Node] = set()
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node not in found and node in among:
                found.add(node)
                waiting.extend(steps[node])
        return found

    def waits(self, node: Node) -> Iterator[Node]:
        """Give what the node waits for."""
        return iter(self._waits[node])
