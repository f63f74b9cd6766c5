"""Two pg_dump outputs as sets of entries: what may differ between databases with the same schema is put aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_HEADER = re.compile(r"^-- (?:Data for )?Name: (?P<name>.*); Type: (?P<type>[A-Z ]+); Schema: .*$", re.MULTILINE)
_STATE = re.compile(r"^SET (default_tablespace|default_table_access_method) = (.*);\n", re.MULTILINE)
_OPTIONS = re.compile(r"(?<=\bWITH \()[^()]*(?=\))")
_STATEFUL = frozenset({"TABLE", "INDEX", "CONSTRAINT", "MATERIALIZED VIEW"})
# The order of columns differs where one was added in place; the order of an ACL is the order of the GRANTs.
_UNORDERED = frozenset({"TABLE", "FOREIGN TABLE", "ACL", "DEFAULT ACL"})


def entries(dump: str) -> Counter[str]:
    """Cut a dump into its entries, each as `type name` and its statements, in no order.

    Put aside: the order of statements, and those of columns and storage options. A SET between entries is made part of
    those it is for.
    """
    return Counter(_entries(dump))


def differences(left: str, right: str) -> list[str]:
    """Give the entries that are in one dump only, marked - (left) and + (right)."""
    ours, theirs = entries(left), entries(right)
    found = [("-", entry) for entry in (ours - theirs).elements()]
    found += [("+", entry) for entry in (theirs - ours).elements()]
    return [f"{mark} {entry}" for mark, entry in sorted(found, key=lambda pair: (pair[1], pair[0]))]


def _entries(dump: str) -> Iterator[str]:
    state: dict[str, str] = {}
    found = list(_HEADER.finditer(dump))
    yield "preamble\n" + _clean(_STATE.sub("", dump[: found[0].start()] if found else dump))
    ends = [*(match.start() for match in found[1:]), len(dump)][: len(found)]
    state.update(_STATE.findall(dump[: found[0].start()] if found else ""))
    for match, end in zip(found, ends, strict=True):
        text = dump[match.end() : end]
        kind = match["type"]
        # pg_dump writes a SET before the header's comment of the entry that needs it, or right behind it.
        own = _clean(_STATE.sub("", text))
        before_statements = _STATE.match(text.lstrip("\n-").lstrip())
        if before_statements:
            state[before_statements[1]] = before_statements[2]
        bearing = f" {sorted(state.items())}" if kind in _STATEFUL else ""
        yield f"{kind} {match['name']}{bearing}\n" + (_unordered(own) if kind in _UNORDERED else own)
        state.update(_STATE.findall(text))


def _clean(text: str) -> str:
    text = _OPTIONS.sub(lambda found: ", ".join(sorted(found[0].split(", "))), text)
    lines = (line for line in text.splitlines() if line and line != "--")
    return "\n".join(line for line in lines if not line.startswith(("-- Dumped", "-- PostgreSQL database dump")))


def _unordered(text: str) -> str:
    return "\n".join(sorted(line.rstrip(",") for line in text.splitlines()))
