"""The reference pages name what there is."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from migration_app import conf
from migration_app.engine import errors

BASES = {errors.DbsepError, errors.Advised, errors.Said}
"""Never raised themselves."""
REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def test_every_key_of_the_settings_has_a_row() -> None:
    page = (REFERENCE / "settings.md").read_text()
    rows = set(re.findall(r"^\| `([A-Z_]+)` \| .* \| .* \| .* \|$", page.partition("## `DBSEP`")[2], re.MULTILINE))
    assert rows == {field.name.upper() for field in dataclasses.fields(conf.Settings)}


def test_every_error_has_a_row_with_its_exit_code() -> None:
    page = (REFERENCE / "errors.md").read_text()
    rows = {name: int(code) for name, code in re.findall(r"^\| `([A-Z]\w+)` \| (\d) \|", page, re.MULTILINE)}
    family = {
        each.__name__: each.exit_code
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.DbsepError) and each not in BASES
    }
    assert rows == family
