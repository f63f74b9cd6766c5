"""Fills an empty database with a schema, object by object, and with the source's rows: where files can't be copied."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from psycopg import errors as pg

from migration_app.engine import apply, catalog, diff
from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import Refused, StatementFailed
from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.default_privilege import DefaultPrivilege
from migration_app.engine.kinds.event_trigger import EventTrigger
from migration_app.engine.kinds.extension import Extension
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.kinds.member_grant import MemberGrant
from migration_app.engine.kinds.owner import Owner
from migration_app.engine.kinds.row_security import RowSecurity
from migration_app.engine.kinds.rule import Rule
from migration_app.engine.kinds.table import Table
from migration_app.engine.kinds.trigger import Trigger
from migration_app.engine.model import Context
from migration_app.engine.plan import plan
from migration_app.engine.rows import Rows, copy_in, copy_out, positions, set_positions, settle
from migration_app.services.leaving_out import with_users

from .owning import is_superuser, owned_by, strangers

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.model import Address, Snapshot

    from .server import Server

_TABLES: Final = """
select n.nspname, c.relname,
       coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum)
                filter (where a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '{}')
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute as a on a.attrelid = c.oid
 where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_catalog.pg_depend as e
                    where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 group by n.nspname, c.relname
 order by 1, 2
"""
_SEQUENCES: Final = """
select pg_catalog.format('%I.%I', n.nspname, c.relname)
  from pg_catalog.pg_sequence as q
  join pg_catalog.pg_class as c on c.oid = q.seqrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and pg_catalog.has_sequence_privilege(q.seqrelid, 'select')
   and not exists (select from pg_catalog.pg_depend as e
                    where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by 1
"""
_FORBIDDEN: Final = ("42501", "58P01")
"""insufficient_privilege; undefined_file: an extension or a library that the server lacks."""
_UNAVAILABLE: Final = "0A000"
"""feature_not_supported: what PostgreSQL 17 and older say of an extension that the server lacks."""
_IN_MEMORY: Final = 32 * 2**20
_BLOCK: Final = 2**20


class _Filling:
    """One database being filled, and what of the schema it turned out to have to do without."""

    def __init__(self, copy: Connection[Any], snapshot: Snapshot) -> None:
        self.copy = copy
        self.snapshot = snapshot
        self.left_out: dict[Address, str] = {}
        self.strangers = set(strangers(copy, snapshot))
        for each in snapshot.of_kind(DefaultPrivilege):
            if each.role in self.strangers:
                self.left_out[each.address] = f"only {each.role} says what it grants"
        if not is_superuser(copy):
            self.left_out |= {each.address: "only a superuser grants it" for each in snapshot.of_kind(MemberGrant)}
        self.unread: list[str] = []

    def wanted(self) -> Snapshot:
        """Give the schema as far as the role can make it."""
        ours = owned_by(self.snapshot, self.copy.info.user, self.strangers) if self.strangers else self.snapshot
        if self.left_out:
            ours = diff.select(ours, diff.Scope(left_out=with_users(ours, self.left_out))).snapshot
        return ours

    def create(self, *, whole: bool) -> tuple[Address, ...]:
        """Create what is missing, all or only what rows don't run into; give the objects in the order of their making.

        What the role may not create is left out, with what needs it; raises Refused where that is a table or a column.
        """
        there = catalog.read(self.copy)
        while True:
            wanted = self.wanted()
            aim = wanted if whole else diff.without(wanted, _in_the_way(wanted))
            made = plan(diff.compare(there, aim), there, aim, Context(role=self.copy.info.user, current=there))
            try:
                if made.statements:
                    apply.apply(self.copy, made.statements)
            except StatementFailed as error:
                self._do_without(error, wanted)
                if not all(statement.transactional and not statement.settles for statement in made):
                    there = catalog.read(self.copy)
            else:
                return tuple(dict.fromkeys(statement.address for statement in made))

    def _do_without(self, error: StatementFailed, wanted: Snapshot) -> None:
        """Take the object off the list that the server refused; raises the error where it isn't about privileges."""
        known = {f"{address.kind} {address}": obj for address, obj in wanted.objects.items()}
        refused = known.get(error.address)
        forbidden = error.sqlstate in _FORBIDDEN or (error.sqlstate == _UNAVAILABLE and isinstance(refused, Extension))
        if refused is None or not forbidden:
            raise error
        if isinstance(refused, Owner):
            self.strangers.add(refused.role)
            return
        # Who may not make one event trigger may make none.
        alike = wanted.of_kind(EventTrigger) if isinstance(refused, EventTrigger) else (refused,)
        self.left_out |= {each.address: error.reason for each in alike}
        kept = self.wanted().objects
        for kind in (Column, Table):
            lost = next((each.address for each in wanted.of_kind(kind) if each.address not in kept), None)
            if lost is not None:
                raise Refused(
                    f"{lost.kind} {lost} can't be in the tests' databases without {error.address}, which the test "
                    f"alias's role can't create: {error.reason}",
                    "Close all sessions on the test database, whose files can then be copied if the role owns it; "
                    "or let an administrator run the tests once.",
                ) from error

    def copy_rows(self, origin: Connection[Any]) -> None:
        """Copy all rows that the role may read, as they are: triggers and foreign keys come afterwards."""
        there = {table.address.path for table in self.wanted().of_kind(Table)}
        with origin.transaction(), self.copy.transaction():
            origin.execute("set transaction isolation level repeatable read, read only")
            settle(origin)
            settle(self.copy)
            for schema, table, columns in origin.execute(_TABLES.encode()).fetchall():
                if (schema, table) in there:
                    self._copy_table(origin, Rows(schema, table, tuple(columns)))
            names = [name for (name,) in origin.execute(_SEQUENCES.encode())]
            set_positions(self.copy, positions(origin, names))

    def _copy_table(self, origin: Connection[Any], rows: Rows) -> None:
        with SpooledTemporaryFile(_IN_MEMORY) as held:
            try:
                with origin.transaction():
                    copy_out(origin, rows, held.write)
            except pg.InsufficientPrivilege:
                self.unread.append(f"rows of {rows.schema}.{rows.table}")
                return
            if held.tell():
                held.seek(0)
                copy_in(self.copy, rows, iter(lambda: held.read(_BLOCK), b""))

    def lacks(self) -> tuple[str, ...]:
        """Name what the database does without."""
        gone = with_users(self.snapshot, self.left_out)
        gravest = sorted(gone, key=lambda each: (each.kind == DefaultPrivilege.KIND, each.kind, str(each)))
        objects = [f"{address.kind} {address}" for address in gravest]
        owners = {owner.role for owner in self.snapshot.of_kind(Owner)} & self.strangers
        return (*objects, *self.unread, *(f"owner {name}" for name in sorted(owners)))


def fill(where: Server, database: str, snapshot: Snapshot, *, rows: bool) -> tuple[str, ...]:
    """Create every object of the snapshot in the empty database, and copy the source's rows if wanted.

    Gives the names of what the role may not create or read, and what is missing therefore.

    Raises:
        Refused: a table or a column is among it.

    """
    with where.session(database) as copy:
        filling = _Filling(copy, snapshot)
        made = filling.create(whole=not rows)
        if rows:
            with where.session(where.source) as origin:
                filling.copy_rows(origin)
            made += filling.create(whole=True)
        filled = {view.address: view for view in snapshot.of_kind(MaterializedView) if view.populated}
        refresh(copy, tuple(filled[address].reference for address in made if address in filled))
        return filling.lacks()


def _in_the_way(snapshot: Snapshot) -> list[Address]:
    """Give what would act on rows that did their work on the source, or stand in the way of their order."""
    keys = [each.address for each in snapshot.of_kind(Constraint) if each.type == "f"]
    acting = [each.address for kind in (Trigger, Rule, RowSecurity) for each in snapshot.of_kind(kind)]
    return keys + acting
