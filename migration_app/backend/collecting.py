"""Which tests ask for production before they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .refusing.closing import closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WAY_OUT: Final = 'production is out of reach under test: name the test alias, databases=["test"]'


def asking_for_production(nodes: Iterable[object]) -> list[str]:
    """Say of each item that names a production alias in its databases what to do."""
    aliases = {each.alias for each in closed()}
    found = []
    for node in nodes:
        named = sorted(aliases.intersection(_databases(node)))
        if named:
            found.append(f"{getattr(node, 'nodeid', node)} asks for {', '.join(map(repr, named))}: {_WAY_OUT}")
    return found


def _databases(node: object) -> Iterator[str]:
    """Give what an item's marker, or a test case's class, names; `__all__` names nothing."""
    marker = getattr(node, "get_closest_marker", lambda _: None)("django_db")
    if marker is not None:
        wanted = marker.kwargs.get("databases", marker.args[2] if len(marker.args) > 2 else ())  # noqa: PLR2004 - its place
        yield from wanted if not isinstance(wanted, str | None) else ()
    wanted = getattr(getattr(node, "cls", None), "databases", ())
    if isinstance(wanted, (set, frozenset, list, tuple)):
        yield from wanted
