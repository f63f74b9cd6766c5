"""Objects that say something of another object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from .objects import Address, Object


@dataclass(frozen=True, slots=True)
class Fact(Object):
    """An object that says something of another: a comment, an owner, a grant, a row-security flag."""

    KEY: ClassVar[tuple[str, ...]] = ()
    CARRIES: ClassVar[bool] = False
    """The dependency between the two objects is this fact, so the first doesn't go with the second."""

    SHARES_ROWS: ClassVar[bool] = False
    """The rows of what it is a fact of are rows of the carrier, too."""
    COMPLETES: ClassVar[bool] = False
    """What needs the carrier has to wait for this fact, too."""

    of: Address
    target: str = field(compare=False)
    """The object's reference as SQL, such as ``TABLE public.orders``."""

    @property
    def address(self) -> Address:
        """Where the fact is: of what, and its own path."""
        return Address(self.KIND, self.path, self.of)

    @property
    def needs(self) -> tuple[Address, ...]:
        """A fact needs what it is a fact of."""
        return (self.of,)

    @property
    def carrier(self) -> Address | None:
        """What takes the target along when it is dropped, because of this fact."""
        return None

    @property
    def lost_by(self) -> frozenset[tuple[str, str]]:
        """Kinds and attributes: altering one of what it is a fact of loses the fact."""
        return frozenset()

    @property
    def released_by(self) -> Address:
        """The fact whose going lets the target stay when the carrier goes."""
        return self.address

    @property
    def name(self) -> str:
        """The target's qualified name, where its type is one word."""
        return self.target.split(" ", 1)[1]

    @classmethod
    def target_of(cls, obj: Object) -> str:
        """Give the text that names an object in this kind's statements."""
        return obj.reference
