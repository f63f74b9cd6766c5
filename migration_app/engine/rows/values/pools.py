"""Words that values are made of."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES: Final = _words(
    """
    Ada Adil Aiko Alba Amara Anders Anouk Arun Astrid Bela Bruno Carla Chiara Dara Dmitri Edith Elif Emil Enzo
    Fatima Finn Gita Grace Hana Hans Ines Ivo Jana Jonas Jun Kamal Kofi Lena Lior Luca Maja Malik Mara Mateo Mei
    Milan Nadia Nils Noor Olga Omar Paula Petra Rafael Ravi Rosa Sami Sara Selma Tariq Thea Tomas Vera Yara Zoe
    """
)
LAST_NAMES: Final = _words(
    """
    Abdi Almeida Bauer Becker Bianchi Brandt Castro Chen Costa Dubois Eriksen Farkas Fischer Fontana Garcia Hansen
    Haddad Horvat Ibrahim Jansen Jensen Kaya Keller Kim Kovacs Larsen Laurent Lindberg Lopez Marino Martin Meyer
    Moreau Mueller Nakamura Novak Okafor O'Hara Olsen Papadakis Pereira Petrov Popescu Rossi Sato Schneider Silva
    Simon Singh Sousa Svensson Tanaka Torres Varga Vogel Wagner Weber Yilmaz Ziegler Zhang
    """
)
CITIES: Final = _words(
    """
    Aarhus Antwerp Athens Barcelona Basel Berlin Bern Bologna Bremen Brno Cork Dresden Dublin Gdansk Geneva Ghent
    Graz Hamburg Helsinki Krakow Leipzig Lille Linz Lisbon Ljubljana London Lyon Madrid Malmo Milan Munich Nantes
    Oslo Paris Porto Prague Riga Rome Seville Stockholm Tallinn Turin Utrecht Vienna Vilnius Warsaw Zagreb Zurich
    """
)
STREETS: Final = (
    "Garden Street",
    "Mill Lane",
    "Lindenweg",
    "Rue des Lilas",
    "Via Roma",
    "Station Road",
    "Kirchgasse",
    "High Street",
    "Calle Mayor",
    "Park Avenue",
    "Bergstrasse",
    "Quay Street",
)
COUNTRIES: Final = _words(
    """
    DE FR IT ES AT CH NL BE DK SE NO FI PL CZ PT IE GB GR HR HU
    """
)
COUNTRY_NAMES: Final = _words(
    """
    Germany France Italy Spain Austria Switzerland Portugal Ireland Poland Denmark Sweden Norway
    """
)
CURRENCIES: Final = _words(
    """
    EUR CHF GBP USD SEK DKK PLN CZK
    """
)
LANGUAGES: Final = _words(
    """
    en de fr it es pt nl pl
    """
)
TIMEZONES: Final = _words(
    """
    UTC Europe/Berlin Europe/Paris Europe/London America/New_York Asia/Tokyo
    """
)
COLOURS: Final = _words(
    """
    blue green red black white grey copper linen oak amber
    """
)
THINGS: Final = _words(
    """
    basket blanket bowl bread candle chair clock coat cup desk drawer frame glass jacket jar kettle knife ladder
    lamp letter mirror mug notebook oven paper pencil pillow plate scarf shelf shirt soap spoon table tea towel tray
    vase wallet watch
    """
)
QUALITIES: Final = _words(
    """
    bright calm clear cool deep fine fresh gentle good grand keen light long new noble old plain quick quiet rich
    round sharp short small soft steady strong sweet tall warm wide young
    """
)
COMPANIES: Final = ("Works", "& Sons", "Trading", "Studio", "Supplies", "Partners", "Brothers", "Atelier")
AGENTS: Final = (
    "Mozilla/5.0 (X11; Linux x86_64)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)",
)
