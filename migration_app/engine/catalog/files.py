"""Snapshots as files: text that is stable from run to run and diffable line by line, one object a line."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.errors import UsageError
from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Fact, Sighting, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migration_app.engine.model import Address, Object

FORMAT: Final = 1
_KINDS: Final = {kind.KIND: kind for kind in KINDS}


def dump(snapshot: Snapshot) -> str:
    """Give the snapshot as text: JSON, one object a line, in a stable order."""
    names = {address: _name(address) for address in snapshot.objects}
    used = {needed for others in snapshot.requires.values() for needed in others}
    lines = sorted(
        (names[address], _line(snapshot, address, obj, names))
        for address, obj in snapshot.objects.items()
        if not obj.SHARED or address in used
    )
    head = {
        "dbsep_snapshot": FORMAT,
        "server_version": snapshot.version,
        "hash": snapshot.hash,
        "unmodelled": [[s.type, s.identity, s.schema] for s in snapshot.unmodelled],
    }
    body = ",\n".join(f"{json.dumps(name, ensure_ascii=False)}: {line}" for name, line in lines)
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{opening},\n"objects": {{\n{body}\n}}}}\n'


def load(text: str, name: str = "the snapshot") -> Snapshot:
    """Give the snapshot that ``dump`` wrote.

    Raises:
        UsageError: it isn't one, was written by another version, or was changed by hand so that its hash is off.

    """
    try:
        document = json.loads(text)
        form = document["dbsep_snapshot"]
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{name} is not a snapshot file", "Make one with snapshot_schema.") from error
    if form != FORMAT:
        raise UsageError(f"{name} has format {form}, not {FORMAT}", "Make it anew with snapshot_schema.")
    try:
        snapshot = _load(document)
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{name} can't be read: {error}", "Make it anew with snapshot_schema.") from error
    if snapshot.hash != document["hash"]:
        raise UsageError(f"{name} was changed after it was made", "Make it anew with snapshot_schema.")
    return snapshot


def _name(address: Address) -> str:
    return f"{address.kind} {address}"


def _line(snapshot: Snapshot, address: Address, obj: Object, names: Mapping[Address, str]) -> str:
    fields: dict[str, object] = {f.name: getattr(obj, f.name) for f in dataclasses.fields(obj) if f.name != "of"}
    line = {"kind": address.kind, **fields}
    if address.of is not None:
        line["of"] = names[address.of]
    line["@requires"] = sorted(names[needed] for needed in snapshot.requires.get(address, ()) if needed in names)
    line["@parents"] = sorted(names[parent] for parent in snapshot.parents.get(address, ()) if parent in names)
    return json.dumps(line, ensure_ascii=False)


def _load(document: Mapping[str, Any]) -> Snapshot:
    lines: Mapping[str, dict[str, Any]] = document["objects"]
    addresses: dict[str, Address] = {}
    objects: dict[Address, Object] = {}
    for name in _outermost_first(lines):
        obj = _object(lines[name], addresses)
        addresses[name] = obj.address
        objects[obj.address] = obj
    requires = {addresses[name]: _addresses(line["@requires"], addresses) for name, line in lines.items()}
    parents = {addresses[name]: _addresses(line["@parents"], addresses) for name, line in lines.items()}
    return Snapshot(
        version=document["server_version"],
        objects=objects,
        requires=requires,
        parents={address: found for address, found in parents.items() if found},
        unmodelled=tuple(Sighting(*sighting) for sighting in document["unmodelled"]),
    )


def _outermost_first(lines: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Give the names so that what a fact is of comes before the fact."""
    seen: set[str] = set()
    for name in lines:
        chain = []
        here: str | None = name
        while here is not None and here not in seen:
            chain.append(here)
            seen.add(here)
            here = lines[here].get("of")
        yield from reversed(chain)


def _object(line: Mapping[str, Any], addresses: Mapping[str, Address]) -> Object:
    kind = _KINDS[line["kind"]]
    values = {
        f.name: tuple(value) if isinstance(value := line[f.name], list) else value
        for f in dataclasses.fields(kind)
        if f.name != "of"
    }
    if issubclass(kind, Fact):
        values["of"] = addresses[line["of"]]
    return kind(**values)


def _addresses(names: list[str], addresses: Mapping[str, Address]) -> frozenset[Address]:
    return frozenset(addresses[name] for name in names)
