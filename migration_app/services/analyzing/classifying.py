"""Which tables are test tables, which are production's, and which only look like test tables. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from migration_app.engine.diff import family
from migration_app.engine.kinds.table import Table
from migration_app.services.analyzing.dependents import Dependent, dependents_of, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Address, Object, Snapshot

# Objects of these kinds, too, are test objects where their name begins with the prefix.
OBJECT_KINDS: Final = (
    "view",
    "materialized_view",
    "foreign_table",
    "routine",
    "aggregate",
    "sequence",
    "enum",
    "domain",
    "composite_type",
    "range_type",
)
_SHOWN: Final = 3


@dataclass(frozen=True)
class Classified:
    """Every table of the user's schemas, sorted. A partition counts with its parent."""

    prefix: str
    pairs: Mapping[Address, Address]
    """Test table → its production table: the same schema, the same name after the prefix."""
    test_only: tuple[Address, ...]
    production: tuple[Address, ...]
    """Look-alikes included."""
    look_alikes: Mapping[Address, str]
    """Table → why it is no test table though its name begins like one."""
    objects: tuple[Address, ...] = field(default=())
    """Views, sequences, routines and types whose names begin with the prefix and that production doesn't use."""

    @property
    def test_tables(self) -> frozenset[Address]:
        """Every test table."""
        return frozenset((*self.pairs, *self.test_only))

    @property
    def production_only(self) -> tuple[Address, ...]:
        """Production's tables without a test copy."""
        paired = set(self.pairs.values())
        return tuple(address for address in self.production if address not in paired)


def classify(
    snapshot: Snapshot,
    *,
    prefix: str,
    keep: Iterable[str] = (),
    core: Iterable[str] = (),
    platform: AbstractSet[str] = frozenset(),
) -> Classified:
    """Sort the tables by exact prefix; ``_`` is no wildcard here.

    Args:
        snapshot: the whole database.
        prefix: what the names of test tables begin with.
        keep: names, bare or with their schema, of tables that the team knows to be production's.
        core: names of core tables; ``<prefix><core table>`` is a test table whatever depends on it.
        platform: schemas that aren't the user's.

    """
    tables = [t for t in snapshot.of_kind(Table) if not t.is_partition and t.schema not in platform]
    reasons = _by_name(tables, prefix, frozenset(keep))
    tests = {t.address: t for t in tables if t.name.startswith(prefix) and t.address not in reasons}
    production = {t.address for t in tables} - tests.keys()
    pairs = {
        address: other
        for address, table in tests.items()
        if (other := address._replace(path=(table.schema, table.name.removeprefix(prefix)))) in production
    }
    copies = {prefix + name for name in core}
    firm = pairs.keys() | {address for address, table in tests.items() if table.name in copies}
    objects = {o.address for o in _objects(snapshot, prefix, platform) if not named(o, frozenset(keep))}
    reasons |= _used(snapshot, tests, firm, objects)
    test_only = tests.keys() - pairs.keys() - reasons.keys()
    return Classified(
        prefix=prefix,
        pairs=dict(sorted(pairs.items())),
        test_only=tuple(sorted(test_only, key=str)),
        production=tuple(sorted(production | (tests.keys() & reasons.keys()), key=str)),
        look_alikes=dict(sorted(reasons.items(), key=lambda item: str(item[0]))),
        objects=tuple(sorted(objects - family(snapshot, tests.keys() - reasons.keys()), key=str)),
    )


def _by_name(tables: Iterable[Table], prefix: str, keep: AbstractSet[str]) -> dict[Address, str]:
    """Give the tables whose names alone tell that they are no test tables, though they look like it."""
    word = re.sub(r"[\W_]+\Z", "", prefix).lower() or prefix.lower()
    found: dict[Address, str] = {}
    for table in tables:
        if not table.name.lower().startswith(word):
            continue
        if named(table, keep):
            found[table.address] = "listed in DBSEP['KEEP_TABLES']"
        elif table.name == prefix:
            found[table.address] = "nothing follows the prefix"
        elif not table.name.startswith(prefix):
            found[table.address] = f"begins like {prefix!r}, but not with it"
    return found


def _objects(snapshot: Snapshot, prefix: str, platform: AbstractSet[str]) -> Iterable[Object]:
    for obj in snapshot.objects.values():
        if obj.KIND in OBJECT_KINDS and obj.path[1].startswith(prefix) and obj.path[0] not in platform:
            yield obj


def _used(
    snapshot: Snapshot, tests: Mapping[Address, Table], firm: AbstractSet[Address], objects: set[Address]
) -> dict[Address, str]:
    """Give the tables that production uses, and take what else it uses out of ``objects``.

    What such a table needs is production's in its turn, so this goes on until nothing more is found.
    """
    found: dict[Address, str] = {}
    while True:
        needed = dependents_of(snapshot, (tests.keys() - found.keys()) | objects)
        used = {address: others for address, others in needed.items() if address not in firm}
        if not used:
            return found
        objects.difference_update(used)
        found |= {address: _reason(others) for address, others in used.items() if address in tests}


def _reason(others: tuple[Dependent, ...]) -> str:
    shown = ", ".join(other.text for other in others[:_SHOWN])
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    return f"has no counterpart, and production uses it: {shown}{more}"
