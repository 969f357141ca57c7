"""Microseconds a phrase: understanding days and times, and services."""

from __future__ import annotations

from datetime import datetime
from itertools import cycle
from zoneinfo import ZoneInfo

from benchmarks.timing import compare
from slotkeeper.domain.catalogue import Service
from slotkeeper.language.services.service_index import ServiceIndex
from slotkeeper.language.when import Situation, understand_when

PHRASES = (
    "nächsten Freitag, halb drei",
    "am Dienstag, den 11. November um zehn Uhr fünfzehn",
    "Und zwar für morgen um zehn Uhr bitte",
    "zwischen zehn und zwölf am Donnerstag nächster Woche",
    "2026-12-01 09:45",
    "Ja, das passt mir gut.",
)
SERVICES = ("Ich hätte gern einen Herrenschnitt", "fürn Herzdehdock", "Dauerwelle", "Ballajasch")
NAMES = ("Herrenhaarschnitt", "Damenhaarschnitt", "Dauerwelle", "Hairdetox", "Balayage/Ombré")


def run() -> None:
    """Print the microseconds of both, beside those of an empty phrase."""
    said_now = Situation(datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/Berlin")))
    services = [Service(n, name, name, (), frozenset()) for n, name in enumerate(NAMES)]
    index = ServiceIndex(services, locale="de")
    phrases, named = cycle(PHRASES), cycle(SERVICES)
    compare(
        [
            ("an empty phrase", lambda: understand_when("", said_now), 600),
            ("days and times", lambda: understand_when(next(phrases), said_now), 600),
            ("services", lambda: index.understand(next(named)), 400),
        ]
    )
