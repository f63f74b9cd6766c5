"""``python -m benchmarks.rows``: order lines into the founding schema by seeding, by bare COPY, by the ORM, in turns.

Every entrant finds the same orders and products, and no line. Seeding and bare COPY drop the keys and indexes and build
them again; the blocks of bare COPY were made before. The ORM's entrants write at most ``--most`` rows.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

import django
import psycopg

if TYPE_CHECKING:
    from migration_app.embedded import Cluster

LINES_AN_ORDER: Final = 3
NAME: Final = "bench_rows"
BLOCK: Final = 2**18


@dataclass(frozen=True)
class Rate:
    """One entrant's rounds at one size."""

    entrant: str
    size: int
    rows: int
    """Written; fewer than the size where the entrant was held to fewer."""
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Rows a second."""
        return self.rows / median(self.seconds)


def main() -> None:
    """Measure each entrant at each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rows", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="order lines")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=3_000, help="rows that the ORM's entrants write at most")
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
    _save(rates, options.out)


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
        rows = _seed(size)
        _keep(server, blocks)
    entrants: dict[str, tuple[int, Callable[[], object]]] = {
        "dbsep seed_testdata": (rows, lambda: _seed(size)),
        "bare COPY, same rebuild": (rows, lambda: _copy(server, blocks)),
        "Faker + bulk_create": (min(size, options.most), lambda: _faker(min(size, options.most))),
        "model_bakery": (min(size, options.most), lambda: _bakery(min(size, options.most))),
    }
    seconds: dict[str, list[float]] = {name: [] for name in entrants}
    for turn in range(options.rounds):
        for name, (_, work) in entrants.items():
            with _copied(server):
                started = perf_counter()
                work()
                seconds[name].append(perf_counter() - started)
                print(f"{size:>10,}  round {turn + 1}  {name:24} {seconds[name][-1]:8.2f} s", flush=True)
    return [Rate(name, size, entrants[name][0], tuple(taken)) for name, taken in seconds.items()]


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
        seed_testdata(
            conn, profile="volume", rows=max(size // LINES_AN_ORDER, 1), tables=("orders", "product_variants")
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


def _seed(size: int) -> int:
    from migration_app.services.seeding import seed_testdata

    seeded = seed_testdata("test", profile="volume", rows=max(size // LINES_AN_ORDER, 1), tables=("order_items",))
    return seeded.tables["order_items"]


def _keep(server: Cluster, file: Path) -> None:
    with (
        psycopg.connect(server.url(NAME)) as conn,
        conn.cursor().copy("copy (select * from order_items) to stdout") as copy,
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
        columns = conn.execute(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attnum > 0 "
            "and attrelid = 'order_items'::regclass and not attisdropped and attgenerated = ''"
        ).fetchone()
        conn.execute("alter table order_items disable trigger user")
        for statement in down:
            conn.execute(statement.encode())
        assert columns is not None
        with (
            conn.cursor().copy(f"copy order_items ({columns[0]}) from stdin".encode()) as copy,
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
    print(f"\npeak memory {peak} MiB\n\n| order lines | who | rows/s | of bare COPY |\n|---:|---|---:|---:|")
    for rate in rates:
        bare = next(r.median for r in rates if r.size == rate.size and r.entrant.startswith("bare"))
        print(f"| {rate.size:,} | {rate.entrant} | {rate.median:,.0f} | {rate.median / bare:.2f} |")


def _save(rates: list[Rate], directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    figures = [{**asdict(rate), "rows_a_second": rate.median} for rate in rates]
    (directory / "rows.json").write_text(json.dumps(figures, indent=1))
    try:
        import matplotlib as mpl
    except ImportError:
        print("no plot: pip install matplotlib")
        return
    mpl.use("svg")
    from matplotlib import pyplot as plt

    canvas, axis = plt.subplots(figsize=(6.5, 4.2))
    for entrant in dict.fromkeys(rate.entrant for rate in rates):
        points = sorted((rate.size, rate.median) for rate in rates if rate.entrant == entrant)
        axis.plot(*zip(*points, strict=True), marker="o", label=entrant)
    axis.set(title="order lines into the founding schema", xlabel="rows", ylabel="rows a second", xscale="log")
    axis.set(yscale="log")
    axis.legend()
    axis.grid(visible=True, which="both", alpha=0.3)
    canvas.tight_layout()
    canvas.savefig(directory / "rows.svg")


if __name__ == "__main__":
    main()
