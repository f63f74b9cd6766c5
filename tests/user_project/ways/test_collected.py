"""Tests that say they want production: they are stopped at collection."""

from __future__ import annotations

import pytest
from django.test import TestCase
from library.models import Author


@pytest.mark.django_db(databases=["prod"])
def test_a_marker():
    Author.objects.using("prod").create(name="a leak")


class CaseTests(TestCase):
    databases = {"prod", "test"}

    def test_a_test_case(self):
        Author.objects.using("prod").create(name="a leak")
