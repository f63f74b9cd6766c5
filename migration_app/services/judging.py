"""A second opinion: pg_dump's table of contents of both sides, held against each other and against the engine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.errors import UsageError
from migration_app.engine.model import Verdict
from migration_app.services.dump_entries import Entry, Label, entries, inside_of, labels, labels_around, spoken_of
from migration_app.services.pg_tools import dump_schema, excluding
from migration_app.services.sides import FileSide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from psycopg import Connection

    from migration_app.engine.model import Address, Change, Snapshot

SAME: Final = "same"


@dataclass(frozen=True)
class JudgedEntry:
    """An entry of pg_dump's that is on one side only, or reads otherwise there."""

    entry: str
    """Type and name, as pg_dump's table of contents has them: ``INDEX public.orders_idx``."""
    change: Verdict
    """Seen from the source: ``removed`` where the target lacks it."""
    source: str
    target: str
    said: frozenset[Label] = field(repr=False)


@dataclass(frozen=True)
class Disagreement:
    """An object in which the engine's answer and pg_dump's differ."""

    object: str
    engine: str
    """``same``, ``added``, ``removed`` or ``changed``."""
    pg_dump: str
    """The same words."""


@dataclass(frozen=True)
class Judgement:
    """What pg_dump says of two databases, and where it and the engine don't say the same."""

    entries: int
    """How many of the source's were held against the target's."""
    differences: tuple[JudgedEntry, ...]
    disagreements: tuple[Disagreement, ...]
    seconds: float

    @property
    def agrees(self) -> bool:
        """The engine and pg_dump give the same answer for every object."""
        return not self.disagreements


@dataclass(frozen=True)
class Case:
    """What is to be judged: both whole schemas, the part of each that takes part, and what the engine found."""

    whole: Snapshot
    part: Snapshot
    other_whole: Snapshot
    other_part: Snapshot
    changes: tuple[Change, ...]
    """From source to target."""
    out: frozenset[str]
    """Schemas that don't take part."""
    partial: bool = False
    """Only what the snapshots' parts hold takes part."""


def judge(source: FileSide | Connection[Any], target: FileSide | Connection[Any], case: Case) -> Judgement:
    """Dump both sides with the same pg_dump and compare object by object.

    Raises:
        UsageError: a side is a file.
        ToolMissing: there is no pg_dump that is new enough for both servers.
        ToolFailed: it ended with an error.

    """
    if isinstance(source, FileSide) or isinstance(target, FileSide):
        raise UsageError("pg_dump can't judge a snapshot file", "Name aliases on both sides, or leave out --judge.")
    started = monotonic()
    major = max(source.info.server_version, target.info.server_version) // 10000
    dumps = [dump_schema(side, *excluding(case.out), major=major) for side in (source, target)]
    left = _taking_part(dumps[0], case.whole, case.part, partial=case.partial)
    right = _taking_part(dumps[1], case.other_whole, case.other_part, partial=case.partial)
    versions = tuple(side.info.server_version // 10000 for side in (source, target))
    differences = tuple(_differences(left, right, versions))
    return Judgement(
        entries=sum(map(len, left.values())),
        differences=differences,
        disagreements=tuple(_disagreements(case, differences)),
        seconds=monotonic() - started,
    )


_Contents = dict[tuple[str, str, str], list[Entry]]


def _taking_part(dump: str, whole: Snapshot, part: Snapshot, *, partial: bool) -> _Contents:
    unwanted = _labels(whole, (address for address in whole.objects if address not in part.objects))
    wanted = _labels(whole, part.objects)
    found: _Contents = defaultdict(list)
    for entry in entries(dump):
        said = spoken_of(entry)
        if said & wanted or (not partial and not (said | inside_of(entry)) & unwanted):
            found[entry.key].append(entry)
    return found


def _labels(snapshot: Snapshot, addresses: Iterable[Address]) -> frozenset[Label]:
    exactly = partial(labels, snapshot)
    return frozenset(label for address in addresses for label in exactly(address))


def _differences(
    left: Mapping[tuple[str, str, str], list[Entry]], right: _Contents, versions: tuple[int, ...]
) -> Iterator[JudgedEntry]:
    for key in sorted({*left, *right}):
        ours, theirs = left.get(key, []), right.get(key, [])
        if _mean_the_same(ours, theirs, versions):
            continue
        some = (ours or theirs)[0]
        change = Verdict.REMOVED if not theirs else Verdict.ADDED if not ours else Verdict.CHANGED
        yield JudgedEntry(str(some), change, _text(ours), _text(theirs), spoken_of(some))


def _mean_the_same(ours: list[Entry], theirs: list[Entry], versions: tuple[int, ...]) -> bool:
    one, other = (sorted(found, key=lambda entry: entry.meaning) for found in (ours, theirs))
    if [entry.meaning for entry in one] == [entry.meaning for entry in other]:
        return True
    if len(one) != len(other) or versions[0] == versions[1]:
        return False
    older, newer = (one, other) if versions[0] < versions[1] else (other, one)
    return all(first.means_on_newer(second) for first, second in zip(older, newer, strict=True))


def _text(found: Iterable[Entry]) -> str:
    return "\n".join(entry.text.strip() for entry in found)


def _disagreements(case: Case, differences: tuple[JudgedEntry, ...]) -> Iterator[Disagreement]:
    around = {
        change.address: labels_around(case.whole if change.old is not None else case.other_whole, change.address)
        for change in case.changes
    }
    covered = frozenset(label for found in around.values() for label in found)
    for each in differences:
        if not each.said & covered:
            yield Disagreement(each.entry, SAME, str(each.change))
    said = frozenset(label for each in differences for label in each.said)
    for change in case.changes:
        if not around[change.address] & said:
            yield Disagreement(f"{change.address.kind} {change.address}", str(change.verdict), SAME)
