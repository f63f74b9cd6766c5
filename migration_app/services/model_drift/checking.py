"""Holds unmanaged models to the tables that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import models as django_models

from migration_app.engine import catalog
from migration_app.engine.model import Severity
from migration_app.models import core_models
from migration_app.services.connecting import Fingerprint, fingerprint, map_errors, session
from migration_app.services.generating.shapes import Schema, TableShape, read_shapes
from migration_app.services.history import recorded
from migration_app.services.sides import FileSide, file_side

from .choosing import models_named, models_of
from .compiling import Compiler
from .fields import compare_fields
from .findings import TABLE, Advice, ModelDifference, label, surplus
from .keys import compare_keys
from .lines import ModelNames
from .tables import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from migration_app.engine.model import Snapshot

Model = type[django_models.Model]


@dataclass(frozen=True)
class ModelDrift:
    """What a comparison of models with a database found."""

    database: Fingerprint | FileSide
    findings: tuple[ModelDifference, ...]
    models: tuple[str, ...]
    """The models that were compared: ``app.Model``."""
    round_trips: int
    seconds: float
    run: int | None

    @property
    def identical(self) -> bool:
        """Every model fits its table."""
        return not self.findings


def check_models(database: str | Connection[Any] = "prod", *, models: Iterable[str | Model] = ()) -> ModelDrift:
    """Compare unmanaged models with the tables of a database; changes nothing.

    The database may be an alias, an open connection, or ``snapshot:FILE``. ``models`` are app labels, ``app.Model``
    or model classes; without any, the core models and what the router reads from the alias.

    Raises:
        UsageError: a label names nothing that could be compared.

    """
    started = monotonic()
    given = tuple(models)
    alias = database if isinstance(database, str) else None
    chosen = _chosen(given, alias)
    names = [each if isinstance(each, str) else label(each) for each in given]
    with recorded("check_models", arguments={"database": database, "models": names}) as run:
        file = file_side(database)
        there: Fingerprint | FileSide
        if file is not None:
            found = compare(file.read(), chosen, Compiler.offline())
            trips, there = 0, file
        else:
            with session(database) as conn, map_errors(conn.info.dbname):
                there = fingerprint(conn)
                snapshot = catalog.read(conn)
                chosen = _there(snapshot, chosen, explicit=bool(given))
                found = compare(snapshot, chosen, Compiler.on(conn, alias))
                trips = getattr(conn, "round_trips", 0)
        run.databases(source=there)
        run.findings(found)
        run.outcome("differences" if found else "done", f"{len(found)} findings on {len(chosen)} models")
        return ModelDrift(there, found, tuple(map(label, chosen)), trips, monotonic() - started, run.number)


def _chosen(given: tuple[str | Model, ...], alias: str | None) -> tuple[Model, ...]:
    if not given:
        return models_of(alias)
    return tuple(
        dict.fromkeys(model for each in given for model in (models_named([each]) if isinstance(each, str) else (each,)))
    )


def findings_in(
    snapshot: Snapshot, side: FileSide | Connection[Any], source: str | Connection[Any], labels: tuple[str, ...]
) -> tuple[ModelDifference, ...]:
    """Give the findings in a snapshot that was read from ``side``, which the caller calls ``source``.

    Raises:
        UsageError: a label names nothing that could be compared.

    """
    alias = source if isinstance(source, str) and not isinstance(side, FileSide) else None
    chosen = _there(snapshot, _chosen(labels, alias), explicit=bool(labels))
    compiler = Compiler.offline() if isinstance(side, FileSide) else Compiler.on(side, alias)
    return compare(snapshot, chosen, compiler)


def _there(snapshot: Snapshot, models: tuple[Model, ...], *, explicit: bool) -> tuple[Model, ...]:
    """Leave the core models out where the database is of another kind, and other models are meant."""
    core = set(core_models())
    others = tuple(model for model in models if model not in core)
    tables = {path[1] for path in read_shapes(snapshot).tables}
    if explicit or not others or any(model._meta.db_table in tables for model in core):
        return models
    return others


def compare(snapshot: Snapshot, models: tuple[Model, ...], compiler: Compiler) -> tuple[ModelDifference, ...]:
    """Give everything in which the models depart from the snapshot's tables, model by model."""
    schema = read_shapes(snapshot)
    tables = {model: schema.named(*key_of(model)) for model in models}
    by_table = {table.key: model for model, table in tables.items() if table is not None}
    found: list[ModelDifference] = []
    for model, table in tables.items():
        found += _of_model(model, table, schema, ModelNames(by_table, model), compiler)
    return tuple(found)


def _of_model(
    model: Model, table: TableShape | None, schema: Schema, names: ModelNames, compiler: Compiler
) -> Iterator[ModelDifference]:
    if table is None:
        name = model._meta.db_table
        hint = f"There is no table {name}: create it, or remove {model.__name__}."
        yield surplus(TABLE, label(model), Severity.ERROR, {"table": name}, Advice(hint))
        return
    yield from compare_fields(model, table, names, compiler.connection)
    yield from compare_keys(model, table, schema, names)
