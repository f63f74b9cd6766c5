"""A drift check as JUnit XML: a test case a difference, one that passes where there is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from .values import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.services.drift import Difference, Drift

# What XML 1.0 can't hold at all, section 2.2.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(result: Drift) -> str:
    """Give the result as one test suite."""
    return "\n".join(_lines(result))


def _lines(result: Drift) -> Iterator[str]:
    said = () if result.judge is None else result.judge.disagreements
    failures = len(result.differences) + len(said)
    facts = f'tests="{failures or 1}" failures="{failures}" errors="0" time="{result.seconds:.3f}"'
    name = _attribute(f"{result.source} -> {result.target}")
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="check_drift" {facts}>'
    yield f"<testsuite name={name} {facts}>"
    if not failures:
        yield f'<testcase classname="check_drift" name="{result.objects} objects are identical"/>'
    for each in result.differences:
        yield from _case(each.kind, each.address, f"{each.kind} {each.address}: {each.words}", _text(each))
    for one in said:
        message = f"the engine says {one.engine}, pg_dump says {one.pg_dump}"
        yield from _case("judge", one.object, message, message)
    if result.unmodelled:
        listed = "\n".join(f"not compared: {sighting}" for sighting in result.unmodelled)
        yield f"<system-err>{_content(listed)}</system-err>"
    yield "</testsuite>"
    yield "</testsuites>"


def _case(kind: str, name: str, message: str, text: str) -> Iterator[str]:
    yield f"<testcase classname={_attribute(f'check_drift.{kind}')} name={_attribute(name)}>"
    yield f'<failure type="drift" message={_attribute(message)}>{_content(text)}</failure>'
    yield "</testcase>"


def _text(each: Difference) -> str:
    lines = [f"severity: {each.severity}"]
    for name, (source, target) in each.shown().items():
        lines += [f"{name}:", f"  source: {readable(source)}", f"  target: {readable(target)}"]
    return "\n".join(lines)


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text))


def _content(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))
