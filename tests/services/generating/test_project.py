"""What generate_models writes works in a Django project of its own: it imports, checks, fits, and reads and writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from migration_app.embedded import Cluster
from migration_app.services.generating import generate_models
from tests import corpora
from tests.conftest import Aliases, NewDatabase
from tests.fixtures.expected import LEGACY_PRODUCTION

pytestmark = pytest.mark.django_db

EVERYTHING = Path(__file__).with_name("everything.sql")
ROOT = Path(__file__).resolve().parents[3]
SETTINGS = """
import os
import dj_database_url
SECRET_KEY = "x"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CONTRIB = ["contenttypes", "auth", "postgres"]
INSTALLED_APPS = [*(f"django.contrib.{each}" for each in CONTRIB), "migration_app", "written"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "live": dj_database_url.parse(os.environ["LIVE"]),
}
"""
HELD = """
import json, logging
import django
django.setup()
logging.disable()
from django.apps import apps
from django.core.checks import run_checks
from migration_app.services import check_models
found = check_models("live", models=["written"])
said = [str(each) for each in run_checks() if "migration_app." not in str(each)]
print(json.dumps({"models": len(found.models), "findings": [each.hint for each in found.findings], "checks": said}))
"""
ROUND_TRIP = """
import datetime, logging
from decimal import Decimal
import django
django.setup()
from written.models import Makers, Pages, TableName, Things, ThingMakers, MoodChoices, Versions
makers, things = Makers.objects.using("live"), Things.objects.using("live")
maker = makers.create(code="acme", class_field="c")
made = datetime.datetime(2025, 1, 2, 3, 4)
thing = Things(maker=maker, maker_code_id="acme", feelings=["happy", "so so"], tags=["a b", "c"], made=made)
thing.exact, thing.rough, thing.raw = Decimal("1.0000000001"), 0.5, {"k": [1]}
thing.net, thing.spot, thing.mail = "10.0.0.0/8", "(1,2)", "a@b"
thing.during = None
thing.odd_name_100 = "odd"
thing.save_base(using="live", force_insert=True)
again = things.get(odd_name_100="odd")
assert (again.feeling, again.feelings, again.tags) == (MoodChoices.SO_SO, ["happy", "so so"], ["a b", "c"])
assert (again.price, again.doubled, again.pieces, again.number) == (Decimal("0.50"), Decimal("1.00"), 1, 1)
assert (again.exact, again.made, again.raw, again.spot) == (Decimal("1.0000000001"), made, {"k": [1]}, "(1,2)")
assert again.doc == {"a": [1]} and again.maker.class_field == "c" and again.maker_code == maker
assert things.filter(feelings__contains=["happy"]).count() == 1
again.full_clean()
again.price = -1
try:
    again.full_clean()
except django.core.exceptions.ValidationError as error:
    assert "things_price" in str(error), error
else:
    raise AssertionError("a price below nought was taken")
link = ThingMakers.objects.using("live").create(thing=thing, maker=maker)
assert link.pk == (thing.id, maker.id)
assert [each.pk for each in again.makers_through_thingmakers.all()] == [maker.pk]
Versions.objects.using("live").create(id_field=1, version=2)
Pages.objects.using("live").create(a=1, b=2, version_id=1, version_number=2)
sure = TableName.objects.using("live").create(field_2nd=1, id_field="x")
assert TableName.objects.using("live").get(pk=1).id_field == "x"
print("there and back")
"""


def project(directory: Path, text: str) -> None:
    """Make a Django project whose app `written` has these models."""
    app = directory / "written"
    app.mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "models.py").write_text(text, encoding="utf-8")
    (directory / "settings.py").write_text(SETTINGS, encoding="utf-8")


def ran(directory: Path, url: str, code: str) -> str:
    environment = {**os.environ, "LIVE": url, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def written(directory: Path, url: str, aliases: Aliases) -> str:
    with aliases(url):
        text = generate_models("prod").text
    project(directory, text)
    return text


def held(directory: Path, url: str) -> int:
    """Give the number of models that were held to the database, once nothing was found."""
    answer = json.loads(ran(directory, url, HELD))
    assert answer["checks"] == []
    assert answer["findings"] == []
    return int(answer["models"])


def test_every_sort_of_column_and_name_fits_and_goes_there_and_back(
    tmp_path: Path, prod_server: Cluster, new_database: NewDatabase, aliases: Aliases
) -> None:
    url = new_database(prod_server, EVERYTHING)
    text = written(tmp_path, url, aliases)
    name = next(line for line in text.splitlines() if line.startswith("class") and "100Sure" in line)
    table = name.removeprefix("class ").partition("(")[0]

    assert held(tmp_path, url) == 7
    assert ran(tmp_path, url, ROUND_TRIP.replace("TableName", table)) == "there and back\n"


def test_the_founding_case_fits(
    tmp_path: Path, prod_server: Cluster, new_database: NewDatabase, aliases: Aliases
) -> None:
    url = new_database(prod_server, LEGACY_PRODUCTION)
    text = written(tmp_path, url, aliases)

    assert held(tmp_path, url) > 80
    assert "class OrderStatusChoices(models.TextChoices):" in text
    assert 'pk = models.CompositePrimaryKey("discount_id", "product_id")' in text


@pytest.mark.corpora
@pytest.mark.parametrize(
    "path",
    corpora.schemas() or [pytest.param(None, marks=pytest.mark.skip(corpora.REASON))],
    ids=lambda path: path.stem if path else "none",
)
def test_other_projects_schemas_fit(path: Path, tmp_path: Path, new_database: NewDatabase, aliases: Aliases) -> None:
    url, _ = corpora.loaded(new_database, path)
    written(tmp_path, url, aliases)

    assert held(tmp_path, url) > 5


@pytest.mark.corpora
@pytest.mark.skipif(not corpora.ROOT.is_dir(), reason=corpora.REASON)
def test_other_tools_cases_fit_and_a_row_of_each_table_is_read(contrib_server: Cluster) -> None:
    every = "1" if os.environ.get("DBSEP_PAIRS") == "all" else "60"
    environment = {**os.environ, "SERVER": contrib_server.url("postgres"), "EVERY": every}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-W", "ignore", "-m", "tests.services.generating.trial", "/"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "'rows': " in done.stdout


def test_the_command_writes_the_file_and_names_what_it_left_out(
    tmp_path: Path, prod_server: Cluster, new_database: NewDatabase, aliases: Aliases
) -> None:
    out, output = StringIO(), tmp_path / "models.py"
    with aliases(new_database(prod_server, EVERYTHING)):
        options = {"output": str(output), "schema": ["public"], "stdout": out, "stderr": StringIO()}
        call_command("generate_models", "--format=json", **options)

    document = json.loads(out.getvalue())
    assert document["models"]["public.things"] == "Things"
    assert "other place.makers" not in document["models"]
    assert any(note.startswith("public.cheap is left out: a view") for note in document["notes"])
    assert any(note.startswith("public.readings_1 is left out: a partition") for note in document["notes"])
    compile(output.read_text(encoding="utf-8"), str(output), "exec")
