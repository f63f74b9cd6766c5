"""The DBSEP dict: defaults, values, and what is wrong with it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from migration_app import conf
from migration_app.engine.errors import UsageError

if TYPE_CHECKING:
    from pytest_django import Settings


def usual(settings: Settings) -> conf.Settings:
    base, plain = Path(settings.BASE_DIR), conf.Settings()
    return dataclasses.replace(plain, backup_dir=base / plain.backup_dir, recipes=base / plain.recipes)


def test_an_empty_dict_gives_the_defaults(settings: Settings) -> None:
    settings.DBSEP = {}
    found = conf.get()
    assert found == usual(settings)
    assert (found.prefix, found.environment, found.lock_timeout) == ("test_", "test", 5.0)


def test_without_the_dict_the_defaults_hold(settings: Settings) -> None:
    del settings.DBSEP
    assert conf.get() == usual(settings)


def test_every_key_is_read_into_its_field(settings: Settings) -> None:
    settings.BASE_DIR = Path("/srv/shop")
    settings.DBSEP = {
        "PREFIX": "t_",
        "ENVIRONMENT": "staging",
        "KEEP_TABLES": ["test_results"],
        "BACKUP_DIR": "kept",
        "RECIPES": "seeds",
        "LOCK_TIMEOUT": 2,
        "STATEMENT_TIMEOUT": 30.5,
        "ENVIRONMENTS": {"live": "production", "staging": "staging"},
        "OWNERS": {"live": "live_admin"},
        "PLATFORM_SCHEMAS": {"include": ["jobs"], "exclude": ["auth"]},
        "MASKING": {"policy": "masking.toml"},
    }
    found = conf.get()
    assert found.prefix == "t_"
    assert found.environment == "staging"
    assert found.keep_tables == ("test_results",)
    assert (found.backup_dir, found.recipes) == (Path("/srv/shop/kept"), Path("/srv/shop/seeds"))
    assert (found.lock_timeout, found.statement_timeout) == (2, 30.5)
    assert (found.platform_schemas.include, found.platform_schemas.exclude) == (("jobs",), ("auth",))
    assert found.masking == {"policy": "masking.toml"}
    assert found.is_production("live")
    assert found.is_production("live_admin")
    assert not found.is_production("staging")
    assert not found.is_production("prod")


def test_the_usual_backup_directory_is_the_project_s_wherever_a_command_is_called(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.DBSEP, settings.BASE_DIR = {}, Path("/srv/shop")
    assert conf.get().backup_dir == Path("/srv/shop/var/backups")
    del settings.BASE_DIR
    monkeypatch.chdir(tmp_path)
    assert conf.get().backup_dir == tmp_path / "var" / "backups"


def test_an_absolute_backup_directory_stays_where_it_is(settings: Settings) -> None:
    settings.DBSEP = {"BACKUP_DIR": Path("/mnt/backups")}
    assert conf.get().backup_dir == Path("/mnt/backups")


def test_every_field_is_a_key_that_is_checked() -> None:
    assert set(conf._RULES) == {field.name.upper() for field in dataclasses.fields(conf.Settings)}


@pytest.mark.parametrize(
    "raw",
    [
        {"PREFIX": ""},
        {"PREFIX": 5},
        {"KEEP_TABLES": "test_results"},
        {"KEEP_TABLES": [""]},
        {"LOCK_TIMEOUT": -1},
        {"LOCK_TIMEOUT": "5s"},
        {"LOCK_TIMEOUT": True},
        {"LOCK_TIMEOUT": float("nan")},
        {"LOCK_TIMEOUT": float("inf")},
        {"STATEMENT_TIMEOUT": None},
        {"ENVIRONMENTS": {"test": "playground"}},
        {"ENVIRONMENTS": ["test"]},
        {"OWNERS": {"prod": None}},
        {"PLATFORM_SCHEMAS": ["auth"]},
        {"PLATFORM_SCHEMAS": {"include": "auth"}},
        {"PLATFORM_SCHEMAS": {"other": []}},
        {"MASKING": {"file": "x"}},
        {"BACKUP_DIR": ""},
        {"prefix": "test_"},
        [],
        None,
    ],
)
def test_what_will_not_do_is_said_with_what_is_expected(settings: Settings, raw: object) -> None:
    problems = conf.validate(raw)
    assert len(problems) == 1
    assert problems[0].hint
    settings.DBSEP = raw
    with pytest.raises(UsageError, match="DBSEP"):
        conf.get()
