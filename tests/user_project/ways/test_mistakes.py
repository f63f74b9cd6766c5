"""Run with one of the settings' mistakes."""

from __future__ import annotations

import pytest
from library.models import Author


@pytest.mark.django_db(databases=["test"], transaction=True)
def test_write_to_the_test_alias():
    Author.objects.using("test").create(name="a leak")


@pytest.mark.django_db(databases=["test"])
def test_write_where_the_router_says():
    Author.objects.create(name="a leak")
