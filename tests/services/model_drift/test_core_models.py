"""The thirty core models fit the founding case, and every departure is found with the line that mends it."""

from __future__ import annotations

import pytest

from migration_app.services.model_drift import check_models

pytestmark = pytest.mark.django_db


def test_the_core_models_fit_the_founding_case(shop: str) -> None:
    del shop
    found = check_models("prod")

    assert len(found.models) == 30
    assert [(each.address, each.hint) for each in found.findings] == []
