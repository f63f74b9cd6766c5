"""One database's schema at one moment."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, TypeVar

from .objects import Object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .objects import Address

T = TypeVar("T", bound=Object)
_JSON: Final = json.JSONEncoder(sort_keys=True, default=str, ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Sighting:
    """An object that was seen in the catalog and that no kind models."""

    type: str
    identity: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.type} {self.identity}"


@dataclass(frozen=True)
class Snapshot:
    """One database's schema at one moment."""

    version: int
    """server_version_num, such as 180004."""
    objects: Mapping[Address, Object]
    requires: Mapping[Address, frozenset[Address]]
    """Object → what must exist before it."""
    parents: Mapping[Address, frozenset[Address]]
    """Object → what takes it along when dropped."""
    unmodelled: tuple[Sighting, ...] = ()

    @functools.cached_property
    def dependents(self) -> Mapping[Address, tuple[Address, ...]]:
        """Object → what requires it, the reverse of ``requires``."""
        reverse: dict[Address, list[Address]] = {}
        for address, needed in self.requires.items():
            for other in needed:
                reverse.setdefault(other, []).append(address)
        return {address: tuple(others) for address, others in reverse.items()}

    @functools.cached_property
    def hash(self) -> str:
        """A SHA-256 over every compared attribute; the same for two databases that don't differ."""
        digest = hashlib.sha256()
        lines = sorted(_JSON([address, obj.attributes()]) for address, obj in self.objects.items() if not obj.SHARED)
        for line in lines:
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def seen(self, sightings: tuple[Sighting, ...]) -> Self:
        """Give the snapshot with the objects that no kind models."""
        return dataclasses.replace(self, unmodelled=sightings)

    def of_kind(self, kind: type[T]) -> Iterator[T]:
        """Give the objects of one kind, or of a class of kinds."""
        for found, objects in self._by_type.items():
            if issubclass(found, kind):
                yield from objects  # type: ignore[misc] # they are instances of ``found``

    @functools.cached_property
    def _by_type(self) -> Mapping[type[Object], list[Object]]:
        types: dict[type[Object], list[Object]] = {}
        for obj in self.objects.values():
            types.setdefault(type(obj), []).append(obj)
        return types

    def only(self, keep: Callable[[Address], bool]) -> Self:
        """Give the part of the snapshot whose addresses are kept; requirements still name what was left out."""
        objects = {address: obj for address, obj in self.objects.items() if keep(address)}
        return dataclasses.replace(self, objects=objects)
