"""``python -m benchmarks.rows``: order lines into the founding schema by seeding, by bare COPY, by the ORM, in turns.

Every entrant finds the same orders and products, and no line. Seeding and bare COPY drop the keys and indexes and build
them again; the blocks of bare COPY were made before. Materialized views stay empty. The ORM's entrants write at most
``--most`` rows.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

import django
import psycopg

from . import report
from .processor import spent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from migration_app.embedded import Cluster
    from migration_app.services.seeding.result import Seeded

LINES_AN_ORDER: Final = 3
WARES: Final = 50_000
NAME: Final = "bench_rows"
BLOCK: Final = 2**18
BARE: Final = "bare COPY, same rebuild"
ALONE: Final = ": rows, keys, indexes alone"
"""Without reading the schema and designing the rows."""


@dataclass(frozen=True)
class Rate:
    """One entrant's rounds at one size."""

    entrant: str
    size: int
    rows: int
    """Written; fewer than the size where the entrant was held to fewer."""
    seconds: tuple[float, ...]
    cpu: tuple[float, ...]
    """Seconds of processor time, the client's and the server's: what a loaded machine leaves comparable."""

    @property
    def median(self) -> float:
        """Rows a second."""
        return self.rows / median(self.seconds)

    @property
    def processor(self) -> float | None:
        """Microseconds of processor time a row."""
        return median(self.cpu) / self.rows * 1e6 if self.cpu else None


def main() -> None:
    """Measure each entrant at each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rows", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="order lines")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=3_000, help="rows that the ORM's entrants write at most")
    parser.add_argument("--streams", type=int, nargs="*", default=[1], help="an entrant for each")
    parser.add_argument("--version", type=int, default=18, help="of the server")
    parser.add_argument("--sql", type=Path, default=Path("fixtures/legacy_production.sql"))
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dbsep-bench-") as scratch:
        from migration_app.embedded import Cluster

        server = Cluster.start(Path(scratch) / "server", version=options.version)
        try:
            _prepare(server, Path(scratch))
            rates = [rate for size in options.sizes for rate in _at(server, options, size, Path(scratch))]
        finally:
            server.remove()
    _show(rates)
    report.keep([{**asdict(r), "rows_a_second": r.median} for r in rates], partial(_draw, rates), options.out / "rows")


def _prepare(server: Cluster, scratch: Path) -> None:
    os.environ.update(CONTROL_DATABASE_URL=f"sqlite:///{scratch}/control.sqlite3", TEST_DATABASE_URL=server.url(NAME))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dbsep_project.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _at(server: Cluster, options: argparse.Namespace, size: int, scratch: Path) -> list[Rate]:
    """Let the entrants take turns, so that the machine's mood is the same for all."""
    _parents(server, options.sql, size)
    blocks = scratch / "lines.copy"
    with _copied(server):
        rows = _seed(size).tables["order_items"]
        _keep(server, blocks)
    few = min(size, options.most)
    entrants: dict[str, tuple[int, Callable[[], object]]] = {
        **{_words(n): (rows, partial(_seed, size, n)) for n in options.streams},
        BARE: (rows, lambda: _copy(server, blocks)),
        "Faker + bulk_create": (few, lambda: _faker(few)),
        "model_bakery": (few, lambda: _bakery(few)),
    }
    seconds: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    written = dict.fromkeys(entrants, few) | {BARE: rows}
    for turn in range(options.rounds):
        for name, (count, work) in entrants.items():
            with _copied(server):
                used, started = spent(server), perf_counter()
                done = work()
                taken = {name: perf_counter() - started}
            cpu.setdefault(name, []).append(spent(server) - used)
            if name.startswith("dbsep"):
                taken[f"{name}{ALONE}"] = _writing(cast("Seeded", done))
            for each, value in taken.items():
                written[each] = count
                seconds.setdefault(each, []).append(value)
                print(f"{size:>10,}  round {turn + 1}  {each:48} {value:8.2f} s", flush=True)
    return [Rate(name, size, written[name], tuple(each), tuple(cpu.get(name, ()))) for name, each in seconds.items()]


def _words(streams: int) -> str:
    return "dbsep seed_testdata" + (f", {streams} streams" if streams > 1 else "")


def _writing(seeded: Seeded) -> float:
    """Give the seconds for what bare COPY does as well: rows, keys, indexes and statistics."""
    from migration_app.models import Step

    spans = [
        (step.started, step.finished)
        for step in Step.objects.filter(run_id=seeded.run)
        if step.finished and step.name.startswith(("take off", "write", "bring back"))
    ]
    analyze = Step.objects.get(run_id=seeded.run, name="bring statistics up to date")
    whole = max(end for _, end in spans) - min(start for start, _ in spans)
    assert analyze.finished is not None
    return (whole + (analyze.finished - analyze.started)).total_seconds()


def _parents(server: Cluster, script: Path, size: int) -> None:
    """Make the template: the founding schema, with all that order lines refer to."""
    from migration_app.services.connecting import write_mark
    from migration_app.services.creating import create_missing_tables
    from migration_app.services.seeding import seed_testdata

    template = f"{NAME}_template"
    _on(server, f"drop database if exists {template} with (force)", f"create database {template}")
    with psycopg.connect(server.url(template), autocommit=True) as conn:
        conn.execute(script.read_bytes())
        conn.execute(
            "do $$ begin execute (select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || "
            "' restart identity cascade' from pg_tables where schemaname in ('public', 'reporting')); end $$"
        )
        info = conn.info
        create_missing_tables(conn, apply=True, confirm=f"{info.dbname}@{info.host}")
        write_mark(conn, "test")
        orders = max(size // LINES_AN_ORDER, 1)
        # A shop with more orders has not more wares without end.
        seed_testdata(conn, profile="volume", rows=min(orders, WARES), tables=("product_variants",))
        seed_testdata(conn, profile="volume", rows=orders, tables=("orders",))
        # Bare COPY doesn't fill them; a view that holds nothing is left so.
        conn.execute(
            "do $$ begin execute (select string_agg(format('refresh materialized view %I.%I with no data', schemaname, "
            "matviewname), '; ') from pg_matviews); end $$"
        )
        conn.execute("vacuum analyze")


@contextmanager
def _copied(server: Cluster) -> Iterator[None]:
    from django.db import connections

    _on(server, f"drop database if exists {NAME} with (force)", f"create database {NAME} template {NAME}_template")
    from migration_app.services.connecting import session, write_mark

    with session("test", writable=True) as conn:
        write_mark(conn, "test")
    yield
    connections["test"].close()


def _on(server: Cluster, *statements: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        for statement in statements:
            conn.execute(statement.encode())


def _seed(size: int, streams: int = 1) -> Seeded:
    from migration_app.services.seeding import seed_testdata

    rows = max(size // LINES_AN_ORDER, 1)
    return seed_testdata("test", profile="volume", rows=rows, tables=("order_items",), streams=streams)


def _keep(server: Cluster, file: Path) -> None:
    with (
        psycopg.connect(server.url(NAME)) as conn,
        conn.cursor().copy(f"copy order_items ({_columns(conn)}) to stdout".encode()) as copy,
        file.open("wb") as kept,
    ):
        for data in copy:
            kept.write(data)


_DROP: Final = """
    select format('alter table order_items drop constraint %I', conname) from pg_constraint
    where conrelid = 'order_items'::regclass and contype in ('p', 'u', 'f', 'x')
    order by contype"""
_INDEXES: Final = """
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid) from pg_index
    where indrelid = 'order_items'::regclass
      and indexrelid not in (select conindid from pg_constraint where conrelid = indrelid)"""
_BUILD: Final = """
    select format('alter table order_items add constraint %I %s', conname, pg_get_constraintdef(oid)) from pg_constraint
    where conrelid = 'order_items'::regclass and contype in ('p', 'u', 'f', 'x')
    order by contype = 'f', contype"""


def _copy(server: Cluster, file: Path) -> None:
    """Write the ready-made blocks between dropping and building again, in one transaction."""
    with psycopg.connect(server.url(NAME)) as conn:
        down = [row[0] for row in conn.execute(_DROP)]
        up = [row[0] for row in conn.execute(_BUILD)]
        for drop, build in conn.execute(_INDEXES).fetchall():
            down.append(drop)
            up.append(build)
        conn.execute("alter table order_items disable trigger user")
        for statement in down:
            conn.execute(statement.encode())
        with (
            conn.cursor().copy(f"copy order_items ({_columns(conn)}) from stdin".encode()) as copy,
            file.open("rb") as kept,
        ):
            while data := kept.read(BLOCK):
                copy.write(data)
        for statement in up:
            conn.execute(statement.encode())
        conn.execute("alter table order_items enable trigger user")
        conn.commit()
        conn.autocommit = True
        conn.execute("analyze order_items")


def _columns(conn: psycopg.Connection[Any]) -> str:
    found = conn.execute(
        "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attnum > 0 "
        "and attrelid = 'order_items'::regclass and not attisdropped and attgenerated = ''"
    ).fetchone()
    assert found is not None
    return str(found[0])


def _keys() -> tuple[list[int], list[tuple[int, int]]]:
    from migration_app.models import Order, ProductVariant

    orders = list(Order.objects.using("test").values_list("pk", flat=True)[:1000])
    return orders, list(ProductVariant.objects.using("test").values_list("pk", "product_id")[:1000])


def _bakery(number: int) -> None:
    from model_bakery import baker

    from migration_app.models import OrderItem

    orders, variants = _keys()
    made = [
        baker.prepare_recipe("migration_app.order_item", order_id=order, variant_id=variant, product_id=product)
        for order, (variant, product) in _pairs(number, orders, variants)
    ]
    OrderItem.objects.using("test").bulk_create(made, batch_size=1000)


def _faker(number: int) -> None:
    from django.utils import timezone
    from faker import Faker

    from migration_app.models import OrderItem

    fake = Faker()
    fake.seed_instance(1)
    orders, variants = _keys()
    made = [
        OrderItem(
            order_id=order,
            variant_id=variant,
            product_id=product,
            quantity=fake.random_int(1, 9),
            unit_price_cents=fake.random_int(100, 20_000),
            discount_cents=0,
            created_at=fake.date_time_this_year(tzinfo=timezone.get_current_timezone()),
        )
        for order, (variant, product) in _pairs(number, orders, variants)
    ]
    OrderItem.objects.using("test").bulk_create(made, batch_size=1000)


def _pairs(number: int, orders: list[int], variants: list[tuple[int, int]]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Give each line its order and its variant, no two the same."""
    for place in range(number):
        lap, order = divmod(place, len(orders))
        yield orders[order], variants[(order + lap) % len(variants)]


def _show(rates: list[Rate]) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\npeak memory {peak} MiB\n")
    print("| order lines | who | rows/s | of bare COPY | processor time, µs a row | of bare COPY |")
    print("|---:|---|---:|---:|---:|---:|")
    for rate in rates:
        bare = next(r for r in rates if r.size == rate.size and r.entrant == BARE)
        times = ("", "")
        if rate.processor is not None and bare.processor is not None:
            times = (f"{rate.processor:.2f}", f"{bare.processor / rate.processor:.2f}")
        words = (f"{rate.rows:,}", rate.entrant, f"{rate.median:,.0f}", f"{rate.median / bare.median:.2f}", *times)
        print(f"| {' | '.join(words)} |")


def _draw(rates: list[Rate]) -> Figure:
    from matplotlib import pyplot as plt

    canvas, axis = plt.subplots(figsize=(6.5, 4.2))
    for entrant in dict.fromkeys(rate.entrant for rate in rates):
        report.line(axis, [(r.size, r.median) for r in rates if r.entrant == entrant], entrant)
    report.dress(axis, "order lines into the founding schema", "rows", "rows a second")
    return canvas


if __name__ == "__main__":
    main()
