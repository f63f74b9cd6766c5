"""A pytest plugin that puts tests into an order of chance, the same for all of a run's workers: `-p shuffled`."""

from __future__ import annotations

import os
import random

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    random.Random(os.environ["SHUFFLED_BY"]).shuffle(items)
