"""Objects, their addresses, and what a kind says of them."""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .plans import Context, Making
    from .snapshots import Snapshot


class Address(NamedTuple):
    """Where an object is: its kind, its name from the outermost part inwards, and what it is a fact of.

    A path part that begins with ``(`` is a routine's argument list and follows the name without a dot.
    """

    kind: str
    path: tuple[str, ...]
    of: Address | None = None

    def __str__(self) -> str:
        text = ""
        for part in self.path:
            if part.startswith("("):
                text += part
            else:
                text += ("." if text else "") + ident(part)
        if self.of is None:
            return text
        return f"{self.of.kind} {self.of}" + (f": {text}" if text else "")


class Hazard(enum.StrEnum):
    """What a statement may do to a database that is in use."""

    DELETES_DATA = "deletes data"
    LOCKS_READS = "locks reads"
    LOCKS_WRITES = "locks writes"
    REWRITES_TABLE = "rewrites the table"
    SCANS_TABLE = "scans the table"
    BUILDS_INDEX = "builds an index"
    MAY_FAIL = "may fail on existing rows"
    WIDENS_PRIVILEGES = "widens privileges"
    NOT_TRANSACTIONAL = "not transactional"
    PLATFORM = "touches platform tables"


class Severity(enum.StrEnum):
    """How much a difference between two schemas matters."""

    ERROR = "error"
    """Statements succeed on one side and fail on the other, or rows and privileges differ."""
    WARNING = "warning"
    """The same answers, at another cost."""
    INFO = "info"
    """Words for people."""


@dataclass(frozen=True, slots=True)
class Ddl:
    """One SQL statement as a kind gives it, without a trailing semicolon."""

    sql: str
    hazards: tuple[Hazard, ...] = ()
    transactional: bool = True
    secret: bool = False
    """The text may hold a password: it is run, but never shown, logged or recorded."""
    usable_at_once: bool = True
    """What it brings can be used in the transaction that brings it; where not, a commit comes before its use."""


@dataclass(frozen=True, slots=True)
class Object:
    """The base of every kind: a frozen dataclass whose fields are the columns of the kind's ``.sql`` file.

    A field with ``compare=False`` is read but makes no difference.
    """

    KIND: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]] = ("schema", "name")
    """The fields that make up the address's path; all text."""
    ALTERS: ClassVar[Mapping[str, Alter]] = MappingProxyType({})
    """Attribute → what changes it in place. An attribute that isn't listed replaces the object."""
    DISTURBS: ClassVar[frozenset[str]] = frozenset()
    """Attributes that PostgreSQL refuses to alter while something depends on the object."""
    FOLLOWS: ClassVar[frozenset[str]] = frozenset()
    """Kinds whose disturbance objects of this kind survive, because PostgreSQL carries them along."""
    REMADE: ClassVar[bool] = False
    """Part of another object, but to be dropped before that is disturbed, and created again."""
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    """How much it matters where the object is on one side only."""
    MINOR: ClassVar[Mapping[str, Severity]] = MappingProxyType({})
    """Attributes that matter less than the object itself."""
    SHARED: ClassVar[bool] = False
    """Lives in the cluster, not in the database: never compared, created where something needs it."""
    NOT_CARRIED: ClassVar[str] = ""
    """Why objects of this kind, which are ``SHARED`` then, are named and nothing else."""
    LATE: ClassVar[bool] = False
    """Its statements come after all others: it changes what creating something implies."""
    FIRST: ClassVar[bool] = False
    """Its drop comes before all other statements: it acts on what is done while it is there."""
    SINCE: ClassVar[Mapping[str, tuple[int, object]]] = MappingProxyType({})
    """Attribute → the major version of PostgreSQL that brought it, and what it is on older ones."""
    NAMES_SINCE: ClassVar[frozenset[str]] = frozenset()
    """Those of them that are names without a meaning, which an older server can do without."""
    UNFORESEEN: ClassVar[bool] = False
    """Creating something else may bring objects of this kind along that no plan can know of beforehand."""
    SECRETS: ClassVar[frozenset[str]] = frozenset()
    """Attributes whose values may hold passwords: compared and carried, but never shown, logged or recorded."""
    HOLDS_ROWS: ClassVar[bool] = False
    """Dropping the object loses rows."""
    HIDES_ROWS: ClassVar[bool] = False
    """While the object is there, not everybody sees all rows of what it is a part of."""
    CONTAINS: ClassVar[bool] = False
    """The object is a place for others, not something that they call."""
    USERS_ON_PLATFORM: ClassVar[bool] = False
    """Users may add objects of this kind to what a hosting platform keeps."""
    OWNED: ClassVar[bool] = False
    """The object has an owner, who is the creating role at first."""
    GRANTS_ON: ClassVar[str] = ""
    """The object type word of GRANT … ON, where privileges can be granted."""

    @property
    def path(self) -> tuple[str, ...]:
        """The key's values."""
        return _key_of(type(self))(self)

    @property
    def address(self) -> Address:
        """Where the object is."""
        return Address(self.KIND, self.path)

    @property
    def namespace(self) -> str | None:
        """The schema that the object lives in; None for the database as a whole."""
        return (getattr(self, "schema", None) or None) if "schema" in self.KEY else None

    @property
    def reference(self) -> str:
        """The object as DROP, COMMENT ON and ALTER name it: ``TABLE public.orders``."""
        raise NotImplementedError

    @property
    def grant_reference(self) -> str:
        """The object as GRANT … ON names it."""
        return self.reference

    @property
    def needs(self) -> tuple[Address, ...]:
        """Requirements that pg_depend doesn't hold, such as roles."""
        return ()

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        """The names and places that nothing else may take meanwhile, a name space before each."""
        return ()

    @property
    def anchored(self) -> bool:
        """Whether what the object is a part of is replaced with it."""
        return False

    def replaced_for(self, old: Object | None, current: Snapshot, desired: Snapshot) -> Address | None:
        """Give what is replaced so that the object can become what it shall be: PostgreSQL refuses it on what is there.

        Args:
            old: the object as it is; None where it is new.
            current: the schema as it is.
            desired: the schema as it shall be.

        """
        del old, current, desired
        return None

    def left_behind(self, current: Snapshot, desired: Snapshot) -> tuple[Object, Address] | None:
        """Give the object as it stands once what it came with has let it go, and whose change does that.

        None where it goes with what it came with.
        """
        del current, desired
        return None

    def beforehand(self, current: Snapshot) -> Object:
        """Give the object as it must be made before it joins what it will be a part of."""
        del current
        return self

    @property
    def counts_for(self) -> Address | None:
        """The column that the object gives new values for, one after the other."""
        return None

    @property
    def after_parts_of(self) -> Address | None:
        """What other objects join by a fact that carries: those that are new join it before this one is created."""
        return None

    @property
    def after_facts_of(self) -> Address | None:
        """What has all its new facts before this one is created or altered."""
        return None

    @property
    def since(self) -> int:
        """The major version of PostgreSQL that the object needs; 0 where every one will do."""
        return max(
            (
                major
                for name, (major, usual) in self.SINCE.items()
                if name not in self.NAMES_SINCE and getattr(self, name) != usual
            ),
            default=0,
        )

    @property
    def unknown_to_servers(self) -> str:
        """What no version of PostgreSQL can do and creating the object would need; empty where it can be created."""
        return ""

    def on(self, major: int) -> Self | None:
        """Give the object without what a server of that version can do without; None where nothing is left."""
        lost = {
            name: usual
            for name in self.NAMES_SINCE
            for since, usual in (self.SINCE[name],)
            if major < since and getattr(self, name) != usual
        }
        return dataclasses.replace(self, **lost) if lost else self

    @property
    def folds_into(self) -> Address | None:
        """The object inside whose CREATE this one can be written."""
        return None

    @property
    def order(self) -> tuple[object, ...]:
        """Breaks ties among objects of one kind that don't need one another."""
        return self.address

    def inline(self, parts: Sequence[Object]) -> str:
        """Give the text inside the CREATE of what this folds into; ``parts`` are those folded into this one."""
        raise NotImplementedError

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        """Give what creates the object; ``parts`` are the objects folded into it."""
        raise NotImplementedError

    def finish(self) -> Iterable[Ddl]:
        """Give what must follow where the object was written inside another's CREATE."""
        return ()

    def drop(self) -> Iterable[Ddl]:
        """Give what drops the object, never with CASCADE."""
        hazards = (Hazard.DELETES_DATA,) if self.HOLDS_ROWS else ()
        yield Ddl(f"DROP {self.reference}", hazards)

    def follows(self, disturbed: Address) -> bool:
        """Whether PostgreSQL carries the object along when what it requires is altered."""
        return disturbed.kind in self.FOLLOWS

    def retire(self) -> tuple[Object, Ddl] | None:
        """Give the object under another name, and what renames it, so that rows can move to its successor."""
        return None

    def move(self, old: Object) -> Iterable[Ddl] | None:
        """Give what moves the rows to the successor of a retired type; None where they can't be moved."""
        del old
        return None

    def take_over(self, old: Object, values: Sequence[tuple[str, str]]) -> Iterable[Ddl]:
        """Give what takes over the rows of a retired object of this kind, or what else it holds.

        Args:
            old: the retired object, under the name that it has meanwhile.
            values: a part's name and the SQL expression for its value, out of a row of the old object.

        """
        del old, values
        return ()

    def beside_predecessor(self) -> Object:
        """Give the object as it must be written while its retired predecessor still bears the usual names."""
        return self

    def taken_from(self, old: Object, *, retyped: bool) -> str | None:
        """Give the SQL expression for the values of a part, out of its predecessor's.

        None where these are lost, and an empty text where they are computed on both sides.

        Args:
            old: the predecessor.
            retyped: its type is retired, so that no cast leads from it to its successor.

        """
        del old, retyped
        return None

    def catch_up(self) -> Iterable[Ddl]:
        """Give what brings a new counter behind the values that its column holds already."""
        return ()

    def refill(self, old: Object) -> Iterable[Ddl]:
        """Give what fills the object again that was dropped and created, with what can be computed."""
        del old
        return ()

    def shell(self) -> Iterable[Ddl]:
        """Give a first form that needs less, where a circle must be opened; empty where there is none."""
        return ()

    def fill(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        """Give what makes the object of its shell."""
        return self.create(parts)

    def uproot(self) -> Iterable[Ddl]:
        """Give what drops the object together with those that need it and that it needs; empty where there is none.

        Everything else that needs one of them is gone by then.
        """
        return ()

    def settled_by_others(self, making: Making) -> bool:
        """Whether what other objects' statements do makes the object what it shall be, or removes it, by itself."""
        del making
        return False

    @classmethod
    def implied_by(cls, created: Object, context: Context) -> Iterable[Object]:
        """Give the objects of this kind that PostgreSQL makes by itself when it creates ``created``."""
        del created, context
        return ()

    @classmethod
    def compared(cls) -> tuple[str, ...]:
        """Give the names of the fields that make a difference, the key left out."""
        return _compared(cls)

    @classmethod
    def severity_of(cls, attributes: Iterable[str]) -> Severity:
        """Give how much it matters that these attributes differ; of the whole object, where there are none."""
        found = {cls.MINOR.get(name, cls.SEVERITY) for name in attributes} or {cls.SEVERITY}
        return next(severity for severity in Severity if severity in found)

    def attributes(self) -> dict[str, object]:
        """Field → value, for those that make a difference."""
        return {name: getattr(self, name) for name in self.compared()}


@dataclass(frozen=True, slots=True)
class Alter:
    """Changes attributes in place. ``make(old, new)`` gives the statements, or None where it can't this time."""

    make: Callable[[Any, Any], Iterable[Ddl] | None]


_keys: dict[type[Object], Callable[[Object], tuple[str, ...]]] = {}


def _key_of(kind: type[Object]) -> Callable[[Object], tuple[str, ...]]:
    """Give what takes a kind's key from an object: asked for many times, so its names are looked up once."""
    found = _keys.get(kind)
    if found is None:
        getters = tuple(map(attrgetter, kind.KEY))
        found = attrgetter(*kind.KEY) if len(getters) > 1 else lambda obj: tuple(get(obj) for get in getters)
        _keys[kind] = found
    return found


_fields: dict[type[Object], tuple[str, ...]] = {}


def _compared(kind: type[Object]) -> tuple[str, ...]:
    names = _fields.get(kind)
    if names is None:
        own = (f.name for f in dataclasses.fields(kind) if f.compare)
        names = _fields[kind] = tuple(name for name in own if name not in kind.KEY and name != "of")
    return names
