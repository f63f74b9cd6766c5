"""Objects that are written inside another's CREATE: columns in their table, defaults in their column."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Address, Object


class Folding:
    """Which created object is written inside which."""

    def __init__(self, creates: Mapping[Address, Object], loose: AbstractSet[Address]) -> None:
        """Fold everything that can be, but for the ``loose`` ones, which must stand alone."""
        self._into: dict[Address, Address] = {}
        for address, obj in creates.items():
            whole = obj.folds_into
            if whole is not None and whole in creates and address not in loose:
                self._into[address] = whole
        self._parts: dict[Address, list[Object]] = {}
        for address in self._into:
            self._parts.setdefault(self.whole(address), []).append(creates[address])
        for parts in self._parts.values():
            parts.sort(key=lambda obj: obj.order)

    def whole(self, address: Address) -> Address:
        """Give the outermost object that the address is written inside; itself where it stands alone."""
        while address in self._into:
            address = self._into[address]
        return address

    def parts(self, address: Address) -> list[Object]:
        """Give everything written inside the object, in order."""
        return self._parts.get(address, [])

    def is_folded(self, address: Address) -> bool:
        """Whether the object is written inside another."""
        return address in self._into
