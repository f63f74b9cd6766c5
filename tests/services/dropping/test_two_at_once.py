"""Two runs on one database at once: the second is refused with clear words, and the first isn't disturbed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from migration_app.engine.errors import Refused
from migration_app.services.creating import create_missing_tables
from migration_app.services.dropping.backup import Backup
from migration_app.services.restoring import restore_test_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.dropping.conftest import MakeShop, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(shop: MakeShop) -> Shop:
    return shop("CREATE TABLE orders (); CREATE TABLE test_a (id int); INSERT INTO test_a VALUES (1)")


def refused(here: Shop, second: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> str:
    """Begin a second run while the first drop writes its backup; give the words of its refusal."""
    said: list[str] = []
    write = Backup.write

    def interrupted(self: Backup, *arguments: Any) -> Any:  # noqa: ANN401 - passed on
        with pytest.raises(Refused) as stopped:
            second()
        said.append(stopped.value.message)
        return write(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Backup, "write", interrupted)
        first = here.drop()
    assert first.applied
    return said[0]


def test_a_second_drop_is_refused(here: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    words = refused(here, here.drop, monkeypatch)

    assert words.startswith(f"another run of dbsep is changing {here.confirmation}")
    assert len(list(here.backups.iterdir())) == 1, "the second run's backup is cleared away"


def test_a_restore_during_a_drop_is_refused(here: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = here.drop().run
    assert earlier is not None
    here.run("CREATE TABLE test_b (id int)")

    def second() -> object:
        return restore_test_tables(earlier, apply=True, confirm=here.confirmation)

    assert "another run of dbsep is changing" in refused(here, second, monkeypatch)
    second()
    assert here.tables() == {"public.orders", "public.test_a"}


def test_a_creation_during_a_drop_is_refused(legacy: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def second() -> object:
        return create_missing_tables("prod", apply=True, confirm=legacy.confirmation)

    assert "another run of dbsep is changing" in refused(legacy, second, monkeypatch)
