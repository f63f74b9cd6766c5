"""The admin's pages in a real browser: what shows, in light and dark, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import samples

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.live_server_helper import LiveServer
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.django_db(transaction=True)
RUNS = "/admin/migration_app/run/"


def shoot(browser: Chrome, to: Path) -> None:
    """Take a picture of the whole page, however long."""
    import base64

    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser, 30).until(lambda it: it.execute_script("return document.body.scrollWidth > 0"))
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    to.write_bytes(base64.b64decode(shot["data"]))


def dark(browser: Chrome) -> None:
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def narrow(browser: Chrome) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def background(browser: Chrome, selector: str) -> str:
    script = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor"
    return str(browser.execute_script(script, selector))


def complaints(browser: Chrome) -> list[object]:
    entries = browser.get_log("browser")  # type: ignore[no-untyped-call] # selenium's own
    return [entry for entry in entries if "favicon" not in entry["message"]]


def contrasts(browser: Chrome, selector: str) -> list[float]:
    """Give the contrast of text to background, as WCAG 2.2 counts it, of every element that matches."""
    script = """
      const rgb = c => c.match(/[\\d.]+/g).map(Number);
      const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
      const light = c => rgb(c).slice(0, 3).map(v => linear(v / 255))
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const behind = e => { while (e) { const c = getComputedStyle(e).backgroundColor; const v = rgb(c);
        if (v.length < 4 || v[3] > 0) return c; e = e.parentElement; } return "rgb(255,255,255)"; };
      return [...document.querySelectorAll(arguments[0])].map(e => { const a = light(getComputedStyle(e).color),
        b = light(behind(e)); return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); });
    """
    return [float(one) for one in browser.execute_script(script, selector)]


def test_the_list_shows_each_run_with_its_outcome(browser: Chrome, live_server: LiveServer, shots: Path) -> None:
    samples.done_run()
    samples.failed_run()
    samples.drift_run()
    samples.separation()
    samples.interrupted_run()
    browser.get(f"{live_server.url}{RUNS}")
    shoot(browser, shots / "list.png")
    words = browser.find_element("id", "result_list").text
    for word in ("done", "failed", "differences", "interrupted", "prod → test", "3 clone", "separate"):
        assert word in words
    assert background(browser, ".dbsep-failed") != background(browser, ".dbsep-done")
    assert min(contrasts(browser, ".dbsep-badge")) >= 4.5
    script = "const e = document.querySelector('#changelist .results'); return e.scrollWidth - e.clientWidth"
    assert browser.execute_script(script) <= 0
    dark(browser)
    shoot(browser, shots / "list-dark.png")
    assert min(contrasts(browser, ".dbsep-badge")) >= 4.5
    narrow(browser)
    shoot(browser, shots / "list-narrow.png")
    assert complaints(browser) == []


def test_a_done_run_shows_its_steps_to_scale_and_its_statements_in_colour(
    browser: Chrome, live_server: LiveServer, shots: Path
) -> None:
    browser.get(f"{live_server.url}{RUNS}{samples.done_run().pk}/")
    shoot(browser, shots / "done.png")
    widths = [rect.rect["width"] for rect in browser.find_elements("css selector", ".dbsep-fill")]
    assert widths[2] == max(widths)
    assert widths[2] / widths[0] == pytest.approx(1.62 / 0.21, rel=0.1)
    script = "return getComputedStyle(document.querySelector('.dbsep-sql .sql-k')).color"
    light = browser.execute_script(script)
    assert light != browser.execute_script("return getComputedStyle(document.querySelector('.dbsep-sql')).color")
    texts = ".dbsep-sql span, .dbsep-badge, .dbsep-quiet, .dbsep-said, .dbsep-facts dd, .dbsep-facts dt"
    assert min(contrasts(browser, texts)) >= 4.5
    dark(browser)
    shoot(browser, shots / "done-dark.png")
    assert browser.execute_script(script) != light
    assert min(contrasts(browser, texts)) >= 4.5
    assert complaints(browser) == []


def test_a_failed_run_says_what_went_wrong_and_leads_to_the_statement(
    browser: Chrome, live_server: LiveServer, shots: Path
) -> None:
    browser.get(f"{live_server.url}{RUNS}{samples.failed_run().pk}/")
    shoot(browser, shots / "failed.png")
    box = browser.find_element("css selector", ".dbsep-box")
    assert "statement 2 of 4" in box.text
    assert "Install the extension citext" in box.text
    assert "hunter2" not in browser.page_source
    box.find_element("tag name", "a").click()
    assert browser.execute_script("return document.querySelector(':target').innerText").startswith("2")
    assert complaints(browser) == []


def test_drift_stands_side_by_side_with_what_differs_marked(
    browser: Chrome, live_server: LiveServer, shots: Path
) -> None:
    browser.get(f"{live_server.url}{RUNS}{samples.drift_run().pk}/")
    shoot(browser, shots / "drift.png")
    marked = [one.text for one in browser.find_elements("css selector", ".dbsep-sides del")]
    assert "now" in marked
    left, right = browser.find_elements("css selector", ".dbsep-sides tbody tr:first-child td")[:2]
    assert left.location["y"] == right.location["y"]
    assert left.location["x"] < right.location["x"]
    assert min(contrasts(browser, ".dbsep-sides del, .dbsep-sides ins")) >= 4.5
    dark(browser)
    shoot(browser, shots / "drift-dark.png")
    assert min(contrasts(browser, ".dbsep-sides del, .dbsep-sides ins")) >= 4.5


def test_a_seeding_lists_its_tables_with_rows_time_and_rate(
    browser: Chrome, live_server: LiveServer, shots: Path
) -> None:
    browser.get(f"{live_server.url}{RUNS}{samples.seeding_run().pk}/")
    shoot(browser, shots / "seeding.png")
    table = browser.find_element("css selector", ".dbsep-rows")
    lines = {row.text.split()[0]: row.text for row in table.find_elements("css selector", "tbody tr")}
    assert len(lines) == 9
    assert lines["order_items"].split() == ["order_items", "300,000", "3.4", "s", "88,000"]
    assert "bookings_never_overlap" in lines["bookings"]
    assert "510,019" in table.find_element("css selector", "tfoot").text
    names = [name.text for name in browser.find_elements("css selector", ".dbsep-name")]
    assert names == ["design the rows", "rows of 9 tables", "bring statistics up to date"]
    texts = ".dbsep-rows th, .dbsep-rows td, .dbsep-reason"
    assert min(contrasts(browser, texts)) >= 4.5
    dark(browser)
    shoot(browser, shots / "seeding-dark.png")
    assert min(contrasts(browser, texts)) >= 4.5
    narrow(browser)
    shoot(browser, shots / "seeding-narrow.png")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    assert complaints(browser) == []


@pytest.mark.parametrize("sample", ["done_run", "failed_run", "drift_run", "separation", "interrupted_run"])
def test_on_a_narrow_screen_nothing_is_cut_off(
    browser: Chrome, live_server: LiveServer, shots: Path, sample: str
) -> None:
    run = getattr(samples, sample)()
    narrow(browser)
    browser.get(f"{live_server.url}{RUNS}{run.pk}/")
    shoot(browser, shots / f"{sample}-narrow.png")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390


def test_a_separation_shows_the_runs_inside_it(browser: Chrome, live_server: LiveServer, shots: Path) -> None:
    browser.get(f"{live_server.url}{RUNS}{samples.separation().pk}/")
    shoot(browser, shots / "separation.png")
    links = browser.find_elements("css selector", ".dbsep-bars a")
    assert [link.text.split()[0] for link in links] == [
        "analyze_tables", "init_environment", "drop_test_tables", "clone_schema",
    ]  # fmt: skip
    links[3].click()
    assert "clone_schema" in browser.title
    shoot(browser, shots / "inner.png")


def test_a_killed_run_says_where_it_stopped_and_how_to_go_on(
    browser: Chrome, live_server: LiveServer, shots: Path
) -> None:
    run = samples.interrupted_run()
    browser.get(f"{live_server.url}{RUNS}{run.pk}/")
    shoot(browser, shots / "interrupted.png")
    words = browser.find_element("css selector", ".dbsep-box").text
    assert "2 clean production" in words
    assert f"separate --resume {run.pk}" in words
