from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from django.test import LiveServerTestCase
from library.models import Author


class ServerTests(LiveServerTestCase):
    databases = {"default", "test"}

    def test_what_the_server_commits_is_seen_and_gone_afterwards(self):
        order(self.live_server_url)

    def test_and_again(self):
        order(self.live_server_url)


@pytest.mark.django_db(databases=["default", "test"])
@pytest.mark.parametrize("number", range(2))
def test_live_server(live_server, number):
    order(live_server.url)


@pytest.mark.django_db(transaction=True, databases=["test"])
@pytest.mark.parametrize("number", range(2))
def test_async(number):
    async def work():
        assert await Author.objects.using("test").acount() == 1
        await Author.objects.using("test").acreate(name="Async")
        return await Author.objects.using("test").acount()

    assert asyncio.run(work()) == 2


def order(url):
    data = urlencode({"author": "Stanislaw Lem", "title": "Solaris"}).encode()
    with urlopen(f"{url}/books/", data) as answer:
        assert json.load(answer) == {"titles": ["The Dispossessed", "Solaris"]}
    with urlopen(f"{url}/books/") as answer:
        assert json.load(answer) == {"titles": ["The Dispossessed", "Solaris"]}
    assert Author.objects.using("test").filter(name="Stanislaw Lem").exists()
