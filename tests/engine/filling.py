"""Rows for every table of a database, made by the seeding engine to fit what the tables demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import psycopg

from migration_app.engine.rows.pausing import paused_triggers
from migration_app.engine.rows.shape import read_shape
from migration_app.services.seeding.choosing import chosen_tables
from migration_app.services.seeding.generating import Order, attempt, designed, write
from migration_app.services.seeding.looking import look
from migration_app.services.seeding.recipes import Recipes

SEED = 4
ROWS = 12


@dataclass
class Filled:
    """What came of it: table → rows, and table → why it got none."""

    rows: dict[str, int] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)

    def __call__(self, url: str) -> None:
        """Put rows into every table that can hold any and has none."""
        with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
            with connection.transaction():
                shape = read_shape(connection)
                work = look(connection, shape, chosen_tables(shape, (), frozenset()), reset=False)
                made = designed(connection, shape, work.todo, work.held, Order(SEED, ROWS, Recipes()))
                with paused_triggers(connection, [shape.tables[name] for name in made.designs]):
                    for name, design in made.designs.items():
                        count, reason = attempt(connection, partial(write, connection, shape, design, _unheard))
                        self._note(str(name), count, reason)
            self.empty.update({str(name): reason for name, reason in made.unfilled.items()})

    def _note(self, name: str, count: int, reason: str) -> None:
        if count:
            self.rows[name] = self.rows.get(name, 0) + count
        else:
            self.empty[name] = reason


def _unheard(_rows: int) -> None:
    """Nobody listens to the progress."""
