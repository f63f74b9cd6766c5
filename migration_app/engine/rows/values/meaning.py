"""What a column's name says of its values."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.rows.encoding import texts

from . import pools

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Text = "Callable[[int], str]"
"""Makes a text of a 64-bit number."""


class Pool:
    """Values of which each number picks one."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self._size = len(values)

    def __call__(self, n: int) -> Any:  # noqa: ANN401 - one of the values
        """Give the value that the number picks."""
        return self.values[n % self._size]

    @cached_property
    def texts(self) -> Sequence[str]:
        """The values as fields of COPY text."""
        return texts(self.values)


def _pick(words: tuple[str, ...]) -> Callable[[int], str]:
    return Pool(words)


def _two(first: tuple[str, ...], second: tuple[str, ...], between: str = " ") -> Callable[[int], str]:
    a, b = len(first), len(second)
    return lambda n: f"{first[n % a]}{between}{second[(n >> 20) % b]}"


def _sentence(n: int) -> str:
    words = pools.QUALITIES[n % 31], pools.THINGS[(n >> 8) % 40], pools.QUALITIES[(n >> 16) % 31]
    return f"A {words[0]} {words[1]}, {words[2]} and {pools.QUALITIES[(n >> 24) % 31]}."


def _email(n: int) -> str:
    first, last = pools.FIRST_NAMES[n % 60], pools.LAST_NAMES[(n >> 20) % 60]
    return f"{first}.{last}".lower().replace("'", "") + "@example.org"


_TEXTS: Final[tuple[tuple[str, Callable[[int], str]], ...]] = (
    (r"e_?mail", _email),
    (r"first_?name|given_?name|forename", _pick(pools.FIRST_NAMES)),
    (r"last_?name|sur_?name|family_?name", _pick(pools.LAST_NAMES)),
    (r"user_?name|login|nick", lambda n: f"{pools.FIRST_NAMES[n % 60].lower()}{(n >> 20) % 1000}"),
    (
        r"full_?name|customer_?name|contact|author|person|employee|owner_?name",
        _two(pools.FIRST_NAMES, pools.LAST_NAMES),
    ),
    (r"city|town", _pick(pools.CITIES)),
    (r"street|address|line_?1|addr\b", lambda n: f"{pools.STREETS[n % 12]} {1 + (n >> 20) % 120}"),
    (r"postal|zip|postcode", lambda n: f"{10000 + n % 89999}"),
    (r"country_?code|country_?iso|^country$", _pick(pools.COUNTRIES)),
    (r"country", _pick(pools.COUNTRY_NAMES)),
    (r"phone|mobile|fax", lambda n: f"+49 30 {5550000 + n % 9999}"),
    (r"currency", _pick(pools.CURRENCIES)),
    (r"locale|lang", _pick(pools.LANGUAGES)),
    (r"time_?zone|^tz$", _pick(pools.TIMEZONES)),
    (r"user_?agent", _pick(pools.AGENTS)),
    (r"colou?r", _pick(pools.COLOURS)),
    (r"company|organi[sz]ation|brand|vendor|supplier", _two(pools.LAST_NAMES, pools.COMPANIES)),
    (
        r"url|uri|link|website|href|referr?er|image|picture|photo|avatar",
        lambda n: f"https://www.example.org/{n % 10**8:08d}",
    ),
    (r"slug|handle|permalink", _two(pools.QUALITIES, pools.THINGS, "-")),
    (r"hash|digest|token|secret|checksum|md5|sha", lambda n: f"{n:016x}" * 4),
    (r"(^|_)ip($|_)|ip_?addr", lambda n: f"192.0.2.{1 + n % 254}"),
    (r"sku|code|reference|^ref$|number|serial", lambda n: f"{n % 36**6:06X}"[:8]),
    (r"description|comment|note|body|text|content|message|summary|bio|remark", _sentence),
    (r"name|title|label|subject|caption|thing|product", _two(pools.QUALITIES, pools.THINGS)),
)


def text_by_name(name: str) -> Callable[[int], str]:
    """Give what makes texts for a column of that name."""
    for pattern, make in _TEXTS:
        if re.search(pattern, name.lower()):
            return make
    return _two(pools.QUALITIES, pools.THINGS)


_NUMBERS: Final[tuple[tuple[str, int, int], ...]] = (
    (r"year", 1990, 2025),
    (r"month", 1, 12),
    (r"(^|_)(day|dow)($|_)", 1, 28),
    (r"hour", 0, 23),
    (r"minute|second", 0, 59),
    (r"age($|_)", 18, 90),
    (r"percent|pct|progress", 0, 100),
    (r"rating|stars|score", 1, 5),
    (r"lat", -60, 70),
    (r"lon|lng", -170, 170),
    (r"rate|ratio|share|probability", 0, 1),
    (r"quantity|qty|units", 1, 9),
    (r"cents|amount|price|cost|total|salary|balance", 100, 20000),
    (r"position|order|rank|level|depth|priority", 0, 20),
    (r"width|height|size|length|weight", 10, 2000),
    (r"count|hits|views|likes", 0, 500),
)


def numbers_by_name(name: str) -> tuple[int, int]:
    """Give the range that numbers in a column of that name usually lie in."""
    for pattern, low, high in _NUMBERS:
        if re.search(pattern, name.lower()):
            return low, high
    return 0, 1000


LATER: Final = re.compile(
    r"updated|modified|changed|finished|ended?_|^ends?|_end|expir|deliver|completed|closed|last|until|valid_to|return|due"
)
"""Times that come after others of the same row."""
SELDOM: Final = re.compile(r"deleted|removed|cancell?ed|revoked|archived|banned|disabled")
"""Times that most rows don't have."""
