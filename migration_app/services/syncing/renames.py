"""Renames are said, never guessed: what looks like one stops the run until somebody says which it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine.diff.renaming import Rename, likely_renames, own_parts, renames_along
from migration_app.engine.errors import Refused, UsageError
from migration_app.engine.kinds.enum import Enum
from migration_app.engine.kinds.renaming import Relabel, called, can_rename, name_of, relabelled, rename, under
from migration_app.engine.model import Statement, Verb
from migration_app.services.syncing.neighbours import beside, neighbourhood
from migration_app.services.syncing.result import Planned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from migration_app.engine.model import Address, Change, Snapshot
    from migration_app.services.syncing.sharing import Shares

_LABEL: Final = "label:"
_SAID: Final = "renamed, as --rename says"


@dataclass(frozen=True)
class Renamed:
    """The target as it will be once the renames are done."""

    shares: Shares
    whole: Snapshot
    planned: tuple[Planned, ...] = ()
    """What does them."""
    undo: tuple[Statement, ...] = ()
    """What undoes them."""


def require_said(changes: tuple[Change, ...], shares: Shares) -> None:
    """Raise Refused where a removed and an added object look like one, and nobody said which it is."""
    found = likely_renames(changes, shares.current, shares.desired)
    labels = [each for change in changes for each in relabelled(change.old, change.new)]
    if found or labels:
        by_new: dict[Address, list[Rename]] = {}
        for each in found:
            by_new.setdefault(each.new, []).append(each)
        shown = "; ".join(
            [
                *(f"{new.kind} {' or '.join(str(each.old) for each in old)} → {new}" for new, old in by_new.items()),
                *map(str, labels),
            ]
        )
        choices = [*([each.flag for each in several] for several in by_new.values()), *([each.flag] for each in labels)]
        flags = " ".join(" or ".join(f"--rename {_quoted(flag)}" for flag in several) for several in choices)
        raise Refused(
            f"this looks like a rename, and dropping the old one would lose its rows or its privileges: {shown}",
            f"If it is one: {flags}. If not: --no-rename drops the old and creates the new. Or leave it with --except.",
        )


def renamed(shares: Shares, whole: Snapshot, words: tuple[str, ...], conn: Connection[Any]) -> Renamed:
    """Give the target with the renames done, as PostgreSQL prints it then: they are tried on a scratch database.

    Raises:
        UsageError: a word doesn't name an object of the target and one of the source.
        NoScratch: no scratch database can be made.

    """
    if not words:
        return Renamed(shares, whole)
    labels = [_label(word, shares) for word in words if word.startswith(_LABEL)]
    others = [word for word in words if not word.startswith(_LABEL)]
    # A column's old address holds its table's old name: columns come first, and schemas last.
    said = sorted((_parsed(word, shares) for word in others), key=lambda each: -len(each.old.path))
    members = neighbourhood(whole, (*(each.old for each in said), *(each.enum.address for each in labels)))
    with beside(conn, whole, members) as there:
        first = (*_relabelling(labels), *_statements(said, shares.current, _SAID))
        undo = (*_undoing(said, shares.current), *_labels_back(labels))
        applying.apply(there, [each.statement for each in first])
        after = catalog.read(there)
        found = dataclasses.replace(shares, current=shares.of(_merged(whole, after, members)))
        changes = diff.compare(found.current, found.desired)
        own = own_parts(found.current, (each.new for each in said))
        along = renames_along(changes, own)
        second = _statements(along, found.current, "its name follows what it belongs to, which is renamed")
        undo = (*_undoing(along, found.current), *undo)
        if second:
            applying.apply(there, [each.statement for each in second])
            after = catalog.read(there)
    merged = _merged(whole, after, members)
    return Renamed(dataclasses.replace(shares, current=shares.of(merged)), merged, (*first, *second), undo)


def _relabelling(labels: Iterable[Relabel]) -> Iterator[Planned]:
    for each in labels:
        yield Planned(Statement(Verb.ALTER, each.enum.address, each.ddl().sql), _SAID)


def _labels_back(labels: Iterable[Relabel]) -> Iterator[Statement]:
    for each in labels:
        yield Statement(Verb.ALTER, each.enum.address, each.ddl(back=True).sql)


def _statements(renames: Iterable[Rename], current: Snapshot, why: str) -> tuple[Planned, ...]:
    planned = []
    for each in renames:
        ddl = rename(current.objects[each.old], name_of(each.new))
        planned.append(Planned(Statement(Verb.ALTER, each.old, ddl.sql, ddl.hazards), why))
    return tuple(planned)


def _undoing(renames: Iterable[Rename], current: Snapshot) -> tuple[Statement, ...]:
    undone = []
    for each in renames:
        was = current.objects[each.old]
        ddl = rename(under(was, name_of(each.new)), name_of(each.old))
        undone.append(Statement(Verb.ALTER, each.new, ddl.sql, ddl.hazards))
    return tuple(reversed(undone))


def _merged(whole: Snapshot, there: Snapshot, members: frozenset[Address]) -> Snapshot:
    """Give the target with the scratch database's objects in the place of those that it was made of."""
    kept = {address: obj for address, obj in whole.objects.items() if address not in members or obj.SHARED}
    new = {address: obj for address, obj in there.objects.items() if address not in kept}
    return dataclasses.replace(
        whole,
        objects={**kept, **new},
        requires={**whole.requires, **{address: there.requires.get(address, frozenset()) for address in new}},
        parents={**whole.parents, **{address: there.parents.get(address, frozenset()) for address in new}},
    )


def _parsed(word: str, shares: Shares) -> Rename:
    kind, colon, rest = word.partition(":")
    old, equals, new = rest.rpartition("=")
    if not (colon and equals and old and new):
        raise UsageError(f"--rename {word!r} can't be read", "Write kind:old=new, as table:orders=purchases.")
    before = [a for a in shares.current.objects if a.kind == kind and old in _names(a)]
    if len(before) != 1:
        found = ", ".join(map(str, before)) or "nothing"
        raise UsageError(f"--rename {word!r}: {old!r} is {found} in the target", "Name one object, with its schema.")
    was = shares.current.objects[before[0]]
    if not can_rename(was):
        raise UsageError(f"--rename {word!r}: a {kind} has no name to change")
    bare = new.partition("(")[0]
    after = called(before[0], bare.rpartition(".")[2].strip('"'))
    if after not in shares.desired.objects and called(before[0], bare) in shares.desired.objects:
        after = called(before[0], bare)
    # What lies in a table or a schema that is renamed, too, is in the source under that one's new name.
    if after not in shares.desired.objects and not _moves_along(before[0], shares):
        raise UsageError(f"--rename {word!r}: the source has no {kind} {after}", "Say the name that the source has.")
    return Rename(before[0], after)


def _moves_along(address: Address, shares: Shares) -> bool:
    """Whether what the object lies in isn't in the source under its old name."""
    around = {shares.current.objects[address].folds_into, *shares.current.requires.get(address, ())}
    inside = (each for each in around if each is not None and each.path == address.path[: len(each.path)])
    return any(each not in shares.desired.objects for each in inside)


def _label(word: str, shares: Shares) -> Relabel:
    old, _, new = word.removeprefix(_LABEL).rpartition("=")
    found = [
        Relabel(enum, old.removeprefix(f"{name}."), new)
        for enum in shares.current.of_kind(Enum)
        for name in _names(enum.address)
        if old.startswith(f"{name}.") and old.removeprefix(f"{name}.") in enum.labels
    ]
    if len({(each.enum.address, each.old) for each in found}) != 1:
        raise UsageError(
            f"--rename {word!r}: {old!r} is no label of one enum in the target",
            "Write label:enum.old=new, as label:public.mood.sad=gloomy.",
        )
    wanted = shares.desired.objects.get(found[0].enum.address)
    if isinstance(wanted, Enum) and new not in wanted.labels:
        raise UsageError(
            f"--rename {word!r}: in the source, enum {wanted.address} has no label {new!r}",
            "Say the label that the source has.",
        )
    return found[0]


def _quoted(flag: str) -> str:
    return "'" + flag.replace("'", "'\\''") + "'"


def _names(address: Address) -> frozenset[str]:
    path = address.path
    short = address._replace(path=path[1:])
    bare = {str(each).partition("(")[0] for each in (address, short) if path[-1].startswith("(")}
    return frozenset({str(address), ".".join(path), ".".join(path[1:]), str(short), *bare})
