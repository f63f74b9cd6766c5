"""Copies production's rows masked: the server masks as it reads, and nothing is kept unless all of it is right."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import NotVerified
from migration_app.engine.rows import Rows, copy_in, count, settle
from migration_app.engine.rows.advancing import advance, advances
from migration_app.engine.rows.analyzing import analyze
from migration_app.engine.rows.emptying import empty
from migration_app.engine.rows.masking.standing import stand_in
from migration_app.engine.rows.pausing import paused_triggers
from migration_app.engine.rows.shape import Name
from migration_app.engine.wording import several
from migration_app.services.connecting import claim, fingerprint, read_only_transaction, session, write_transaction
from migration_app.services.history import Recorder, recorded
from migration_app.services.refilling import views_to_refill
from migration_app.services.seeding import rebuilding
from migration_app.services.written import counted

from .checking import LeakCheck
from .failing import driver_silenced, without_values
from .looking import Sight, Work, guard, look, plan_work
from .narrowing import EVERYTHING, Narrowing, Wish, narrowing
from .policy import Policy, policy_path, read_policy
from .reading import Source, reading
from .result import Leak, Masked
from .secret import find_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from psycopg import Connection

    from migration_app.services.connecting import Fingerprint

    from .secret import Secret


def copy_masked(
    source: str | Connection[Any] = "prod",
    target: str | Connection[Any] = "staging",
    *,
    policy: Path | str | None = None,
    wish: Wish = EVERYTHING,
    reset: bool = False,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Masked:
    """Copy the source's rows into the target, masked as the policy says.

    Args:
        source: production: an alias or an open connection; it is only read.
        target: a marked database with the same schema.
        policy: the policy file; the setting ``DBSEP['MASKING']['policy']`` where it isn't given.
        wish: which rows; all of them where nothing is asked for.
        reset: empty the target's tables first; without it they must be empty.
        told: called with the number of rows copied and to be copied, now and then.

    Raises:
        Undecided: the policy doesn't say what becomes of some columns; nothing was copied.
        Refused: the target isn't ours to change, the source is, the schemas differ, or the tables hold rows.
        UsageError: the policy can't be read, or a mask doesn't fit its column.
        CopyFailed: a server refused something on the way; nothing was kept.

    """
    started = monotonic()
    path = policy_path(policy)
    arguments = {"source": source, "target": target, "policy": str(path), "reset": reset, **asdict(wish)}
    with driver_silenced(), recorded("copy_masked", arguments=arguments) as run, session(source) as origin:
        with session(target, writable=True) as copy:
            alias = target if isinstance(target, str) else fingerprint(copy).database
            work = _prepared(run, origin, copy, alias, read_policy(path), reset=reset)
            secret = find_secret()
            narrowed, sizes = _counted(run, origin, work, wish, secret)
            with (
                reading(source, origin, work, narrowed, secret, wish.streams) as held,
                closing(LeakCheck(held.first, held.shape, held.readings, secret)) as check,
            ):
                job = _Job(run, copy, held, check, sizes, told)
                leaks = job.copy()
        _conclude(run, job, leaks)
        return _result(run, fingerprint(origin), path, job, leaks, monotonic() - started)


def _prepared(
    run: Recorder, origin: Connection[Any], copy: Connection[Any], alias: str, policy: Policy, *, reset: bool
) -> Work:
    with run.step("check the two databases"):
        guard(run, origin, copy, alias)
    with run.step("read both schemas") as step:
        sight = look(origin, copy)
        step.detail(tables=len(sight.names))
    with run.step("hold the policy to the schema") as step:
        work = plan_work(sight, policy, copy, reset=reset)
        step.detail(tables=len(work.names), left_out=len(work.resolved.left_out))
        if work.resolved.gone:
            step.detail(gone=list(work.resolved.gone))
    return work


def _counted(
    run: Recorder, origin: Connection[Any], work: Work, wish: Wish, secret: Secret
) -> tuple[Narrowing, Mapping[Name, int]]:
    with run.step("count the rows") as step, read_only_transaction(origin):
        narrowed = narrowing(origin, work.sight.source, work.names, work.resolved.left_out, wish)
        sizes = {Name(*name): counted.rows for name, counted in count(origin, work.names).items()}
        step.detail(rows=sum(sizes.values()), key=secret.fingerprint, key_from=secret.origin)
    return narrowed, sizes


def _conclude(run: Recorder, job: _Job, leaks: tuple[Leak, ...]) -> None:
    if leaks:
        run.outcome("differences", f"nothing was kept: {'; '.join(map(str, leaks[:5]))}")
    else:
        rows = counted({name.short: count for name, count in job.written.items()})
        run.outcome("done", f"{rows}, masked; {several(job.checked, 'value')} looked for")


def _result(
    run: Recorder, source: Fingerprint, policy: Path, job: _Job, leaks: tuple[Leak, ...], seconds: float
) -> Masked:
    return Masked(
        source=source,
        target=fingerprint(job.target),
        policy=policy,
        tables={} if leaks else {name.short: rows for name, rows in job.written.items()},
        left_out=tuple(sorted(name.short for name in job.work.resolved.left_out)),
        emptied=tuple(name.short for name in job.work.emptied),
        stood_in={name.short: made for name, made in job.stood_in.items()},
        not_owned=tuple(name.short for name in job.not_owned),
        unfilled=job.unfilled,
        undecided=(),
        gone=job.work.resolved.gone,
        leaks=leaks,
        checked=job.checked,
        seconds=seconds,
        run=run.number,
    )


@dataclass
class _Job:
    """The copying itself: the source in one snapshot, the target in one transaction."""

    run: Recorder
    target: Connection[Any]
    source: Source
    check: LeakCheck
    sizes: Mapping[Name, int]
    told: Callable[[int, int], None]
    written: dict[Name, int] = field(default_factory=dict)
    stood_in: dict[Name, int] = field(default_factory=dict)
    unfilled: tuple[str, ...] = ()
    checked: int = 0

    @property
    def work(self) -> Work:
        """What is to be done."""
        return self.source.work

    @property
    def sight(self) -> Sight:
        """Both databases as they were found."""
        return self.work.sight

    def copy(self) -> tuple[Leak, ...]:
        """Copy all tables; give the leaks, because of which nothing was kept."""
        self.target.read_only = None
        if self.source.narrowed.roots:
            with self.run.step("find the rows of the part") as step:
                self.sizes = self.source.find_part()
                step.detail(rows=sum(self.sizes.values()))
        try:
            self._write_all()
        except _Leaking as found:
            return found.leaks
        with self.run.step("fill materialized views") as step:
            views = views_to_refill(self.sight.current)
            # The server's reason may quote a row.
            self.unfilled = tuple(each.partition(": ")[0] for each in refresh(self.target, views))
            step.detail(views=len(views))
            if self.unfilled:
                step.detail(unfilled=list(self.unfilled))
        with self.run.step("bring statistics up to date"):
            analyze(self.target, tuple(self.written))
        return ()

    def _write_all(self) -> None:
        down, up = rebuilding.rebuild(self.sight.current, self._heavy(), self.target.info.user).both
        if not down:
            without_values("the tables", "target", self._write_plainly)
            return
        settings = conf.get()
        self.run.statements((*down, *up))
        without_values(
            "the tables",
            "target",
            partial(
                applying.apply,
                self.target,
                (*down, *up),
                limits=applying.Limits(
                    lock_timeout=round(settings.lock_timeout * 1000),
                    statement_timeout=round(settings.statement_timeout * 1000),
                ),
                before=self._begin,
                pause=applying.Pause(len(down), self._write),
                verify=self._verify,
            ),
        )
        self.run.applied()

    def _write_plainly(self) -> None:
        with write_transaction(self.target):
            self._begin()
            self._write()
            self._check()

    @property
    def not_owned(self) -> tuple[Name, ...]:
        """Tables whose keys the role can't drop."""
        return tuple(name for name in self.work.names if not self.sight.target.tables[name].owned)

    def _heavy(self) -> dict[Name, int]:
        """Give the sizes, tables taken for big whose rows refer to what is written after them."""
        place = {name: number for number, name in enumerate(self.work.names)}
        return {
            name: max(self.sizes[name], rebuilding.WORTH)
            if any(place.get(key.target, -1) > place[name] for key in self.sight.target.tables[name].foreign_keys)
            else self.sizes[name]
            for name in self.work.names
        }

    def _begin(self) -> None:
        claim(self.target)
        settle(self.target)
        if self.work.emptied:
            with self.run.step("empty the tables") as step:
                empty(self.target, [n for n in self.work.emptied if self.sight.target.tables[n].partition_of is None])
                step.detail(tables=[name.short for name in self.work.emptied])

    def _write(self) -> None:
        with paused_triggers(self.target, [self.sight.target.tables[name] for name in self.work.names]):
            for name in self.work.names:
                self._one(name)
        # What remains is the target's work.
        self.source.end_streams()
        self.check.start()

    def _one(self, name: Name) -> None:
        started = monotonic()
        with self.run.step(f"copy {name.short}") as step:
            table = self.sight.source.tables[name]
            rows = Rows(name.schema, name.table, tuple(column.name for column in table.writable))
            for key, keys in self.source.keys(name):
                with closing(keys):
                    made = without_values(key.target.short, "target", partial(stand_in, self.target, key, keys))
                self.stood_in[key.target] = self.stood_in.get(key.target, 0) + made
            # Closed whatever happens: until then the source's session is amid its answer.
            with closing(self._blocks(name)) as blocks:
                copied = without_values(name.short, "target", partial(copy_in, self.target, rows, blocks))
            self.written[name] = copied
            theirs = self.sight.target
            without_values(
                name.short,
                "target",
                lambda: advance(self.target, advances(theirs.tables[name], theirs.types, copied)),
            )
            seconds = monotonic() - started
            step.detail(rows=copied, rate=round(copied / seconds) if seconds else 0)

    def _blocks(self, name: Name) -> Generator[bytes]:
        done, total = sum(self.written.values()), sum(self.sizes.values())
        with closing(self.source.blocks(name)) as blocks:
            for block in blocks:
                yield block
                done += block.count(b"\n")
                self.told(done, total)

    def _verify(self) -> None:
        left = diff.compare(catalog.read(self.target, within=True), self.sight.current)
        if left:
            raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in left))
        self._check()

    def _check(self) -> None:
        with self.run.step("look for leaks") as step:
            leaks, self.checked = self.check.look(self.target, self.written, self.work.accepted)
            step.detail(values=self.checked, leaks=len(leaks))
            if leaks:
                step.outcome("differences")
        if leaks:
            raise _Leaking(leaks)


class _Leaking(Exception):
    """Takes the leaks out of the transaction, which is rolled back by it."""

    def __init__(self, leaks: tuple[Leak, ...]) -> None:
        super().__init__(several(len(leaks), "leak"))
        self.leaks = leaks
