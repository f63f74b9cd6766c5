"""A real browser for the admin's pages."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.live_server_helper import LiveServer
    from selenium.webdriver import Chrome

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--hide-scrollbars",
)  # fmt: skip


@pytest.fixture
def browser(live_server: LiveServer, admin_client: Client, tmp_path: Path) -> Iterator[Chrome]:
    """Start Chromium, headless, with a profile of its own, wide and light, logged in as a superuser."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("no Chromium with chromedriver is installed here (Debian: chromium and chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (extra: test)")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'chromium'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chromium = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        chromium.set_window_size(1280, 1000)
        chromium.get(f"{live_server.url}/admin/login/")
        cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
        chromium.add_cookie({"name": settings.SESSION_COOKIE_NAME, "value": cookie, "path": "/"})
        yield chromium
    finally:
        chromium.quit()
        _await_the_servers_threads()


def _await_the_servers_threads() -> None:
    """Wait for the live server's connections to end: they share the test's database, which is about to go."""
    end = monotonic() + 10
    while monotonic() < end and any("process_request_thread" in one.name for one in threading.enumerate()):
        sleep(0.02)


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Give where screenshots go: DBSEP_SCREENSHOTS, or a directory of the test's own."""
    kept = Path(os.environ.get("DBSEP_SCREENSHOTS") or tmp_path)
    kept.mkdir(parents=True, exist_ok=True)
    return kept
