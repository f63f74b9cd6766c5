"""The pytest plugin: production is out of reach, and the run says what it ran on.

Loaded by its entry point wherever dbsep is installed; without Django, or without the app, it does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_django.plugin import DjangoDbBlocker

_OUTPUT: Final = "dbsep"
"""Where a worker of xdist puts its report."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --keep-failed."""
    group = parser.getgroup("dbsep", "databases for tests")
    group.addoption("--keep-failed", action="store_true", help="keep the database of each failed test for three days")


@pytest.hookimpl(trylast=True)
def pytest_load_initial_conftests() -> None:
    """Close production before a conftest could ask for it, where Django is set up by now."""
    _close()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Close production, and make the marker known."""
    config.addinivalue_line("markers", "fresh_db: begin with a new copy of the test database, whatever ran before")
    config.stash[_REPORTS] = []
    _close()


def _close() -> None:
    if _active():
        from migration_app.backend.refusing.closing import close_production

        close_production()


def _active() -> bool:
    """Tell whether Django is set up, with this app in it."""
    from django.apps import apps

    return apps.ready and apps.is_installed("migration_app")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail the collection of tests that ask for production."""
    report = yield
    if report.outcome == "passed" and _active() and not isinstance(collector, pytest.Session | pytest.Directory):
        from migration_app.backend.collecting import asking_for_production

        found = asking_for_production(report.result)
        if found:
            report.outcome = "failed"
            report.longrepr = "\n".join(found)
            report.result = []
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the marker `fresh_db` ask for its fixture before any other."""
    if item.get_closest_marker("fresh_db") is not None and hasattr(item, "fixturenames"):
        item.fixturenames.insert(0, "_dbsep_fresh_database")


@pytest.fixture
def _dbsep_fresh_database(
    django_db_setup: None,  # noqa: ARG001 - asked for its effect
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    from migration_app.backend.replacing import replace_all

    with django_db_blocker.unblock():
        replace_all(always=True)
    yield
    with django_db_blocker.unblock():
        replace_all(always=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With --keep-failed, save what a failed test has written before Django rolls it back."""
    report = yield
    if call.when == "call" and report.failed and item.config.getoption("--keep-failed") and _active():
        from migration_app.backend.replacing import keep_all

        keep_all(item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Put the failed test's database aside once the test is done with it."""
    yield
    if item.config.getoption("--keep-failed") and _active():
        from migration_app.backend.replacing import put_aside

        put_aside()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which database the tests run on, with its schema's hash, and what is out of reach."""
    if not _active() or hasattr(config, "workerinput"):
        return []
    from migration_app.backend.reporting import header

    return header()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's account to the controller."""
    if _active() and hasattr(session.config, "workeroutput"):
        from migration_app.backend.reporting import account

        session.config.workeroutput[_OUTPUT] = account()


def pytest_unconfigure() -> None:
    """End the run: with --reuse-db nobody else does."""
    if _active():
        from migration_app.backend.runs import end_all

        end_all()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - xdist's
    """Take a worker's account."""
    found = getattr(node, "workeroutput", {}).get(_OUTPUT)
    if found:
        node.config.stash[_REPORTS].append(found)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell what clean databases cost, which were kept, and that nobody reached production."""
    if not _active():
        return
    from migration_app.backend.reporting import account, summary

    lines = summary([account(), *config.stash[_REPORTS]])
    if lines:
        terminalreporter.section("databases")
        for line in lines:
            terminalreporter.line(line)


_REPORTS: Final = pytest.StashKey[list[dict[str, Any]]]()
