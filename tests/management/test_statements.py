"""Plans as scripts: what a name holds stays a name, and what has to be committed first is."""

from __future__ import annotations

import pytest

from migration_app.engine.model import Address, Statement, Verb
from migration_app.management.statements import script
from tests.conftest import NewDatabase
from tests.servers import ask, run_psql, run_sql

EVIL = "x{}DROP TABLE public.victim; --"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b"])
def test_a_name_in_a_comment_does_not_end_the_comment(new_database: NewDatabase, end: str) -> None:
    url = new_database(None, "CREATE TABLE victim ()")
    hidden = Statement(Verb.CREATE, Address("server", (EVIL.format(end),)), "SELECT 'secret'", secret=True)

    text = script((hidden,), title=f"a database called {EVIL.format(end)}")
    run_psql(url, text)

    assert "secret'" not in text
    assert ask(url, "SELECT count(*) FROM victim") == "0"


def test_a_label_is_committed_before_its_use(new_database: NewDatabase) -> None:
    url = new_database(None)
    run_sql(url, "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood)")
    mood, default = Address("enum", ("public", "mood")), Address("default", ("public", "t", "m"))
    statements = (
        Statement(Verb.ALTER, mood, "ALTER TYPE public.mood ADD VALUE 'b'", settles=True),
        Statement(Verb.CREATE, default, "ALTER TABLE public.t ALTER m SET DEFAULT 'b'::public.mood"),
    )

    run_psql(url, script(statements))

    assert ask(url, "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef") == "'b'::mood"
