"""Tables with everything that PostgreSQL lets a table have go, and come back to the last byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from migration_app.services.restoring import restore_test_tables
from tests.servers import run_psql

if TYPE_CHECKING:
    from tests.services.dropping.conftest import MakeShop, Shop

pytestmark = pytest.mark.django_db

NASTY = Path(__file__).with_name("nasty.sql")
LONG = "test_" + "ü" * 29


@pytest.fixture
def nasty(shop: MakeShop) -> Shop:
    return shop(NASTY.read_text(encoding="utf-8"))


def test_everything_goes_and_comes_back_by_the_command_and_by_psql(nasty: Shop) -> None:
    before = nasty.dump()
    try:
        first = nasty.drop()
        assert first.blocked == ()
        assert nasty.tables() == {"public.orders"}
        assert first.run is not None
        restored = restore_test_tables(first.run, apply=True, confirm=nasty.confirmation)
        assert restored.restored[f'public."{LONG}"'] == 20
        assert nasty.dump() == before
        second = nasty.drop()
        assert second.backup is not None
        run_psql(nasty.url, second.backup / "restore.sql")
        assert nasty.dump() == before
    finally:
        nasty.run('DROP OWNED BY "Nasty "" Reader"; DROP ROLE "Nasty "" Reader"')
