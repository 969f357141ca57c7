"""Catalogues to understand services by: the shipped salon's, a dentist's, an English salon's."""

from __future__ import annotations

from slotkeeper.domain.catalogue import Segment, Service, Synonym
from slotkeeper.domain.catalogue_file.entries import (
    SegmentEntry,
    ServiceEntry,
    SynonymEntry,
    key_of,
)
from slotkeeper.language.services.service_index import ServiceIndex
from slotkeeper.operations.load_company import example, read_catalogue_file


def a_catalogue(*entries: ServiceEntry) -> tuple[Service, ...]:
    """Services as they come out of the database, with ids in their order."""
    return tuple(
        Service(
            id=number,
            key=key_of(entry),
            name=entry.name,
            category=entry.category,
            staff_ids=frozenset(),
            segments=tuple(
                Segment(n, part.name, part.duration_min, part.gap_after_min)
                for n, part in enumerate(entry.parts, start=1)
            ),
            synonyms=tuple(Synonym(s.text, s.confidence) for s in entry.also_called),
        )
        for number, entry in enumerate(entries, start=1)
    )


def a_service(
    name: str, category: str | None = None, minutes: int = 30, **synonyms: float
) -> ServiceEntry:
    """A service of one part; an underscore in a synonym is a space."""
    return ServiceEntry(
        name=name,
        category=category,
        duration_min=minutes,
        synonyms=tuple(
            SynonymEntry(text=text.replace("_", " "), confidence=confidence)
            for text, confidence in synonyms.items()
        ),
    )


SALON = a_catalogue(*read_catalogue_file(example("friseur-1"), "friseur-1.yaml").services)

DENTIST = a_catalogue(
    a_service("Kontrolluntersuchung", "Vorsorge", Kontrolle=0.9, Checkup=0.85),
    a_service("Professionelle Zahnreinigung", "Vorsorge", 60, PZR=0.95, Prophylaxe=0.8),
    a_service("Wurzelbehandlung", None, 90),
    a_service("Füllung (Komposit)", None, 45, Plombe=0.9, Loch_im_Zahn=0.7),
    a_service("Krone/Brücke", None, 60),
    a_service("Weisheitszahn-OP", None, 60, Weisheitszahn_ziehen=0.9),
    a_service("Kinderuntersuchung"),
    a_service("Beratung"),
)

ENGLISH = a_catalogue(
    a_service("Men's Haircut", "Cuts", gents_cut=0.9),
    a_service("Women's Haircut", "Cuts", 45, ladies_cut=0.9),
    a_service("Beard Trim", "Cuts", 15, beard=0.8),
    a_service("Deep Tissue Massage", "Massage", 60),
    a_service("Hot Stone Massage", "Massage", 75),
    a_service("Gel Manicure", "Nails", 45, gel_nails=0.9),
    a_service("Pedicure", "Nails", 45),
    a_service("Root Touch-Up", "Colour", 60, roots=0.8),
    a_service("Blow Dry", "Styling"),
)

ENGLISH_SALON = a_catalogue(
    a_service("Men's Haircut", "Cuts", gents_cut=0.9, mens_cut=0.95),
    a_service("Women's Haircut", "Cuts", 45, ladies_cut=0.9, womens_cut=0.95),
    a_service("Kids' Cut", "Cuts", 20, childrens_haircut=0.9),
    a_service("Beard Trim", "Cuts", 15),
    a_service("Hot Towel Shave", None, 30),
    ServiceEntry(
        name="Full Colour",
        category="Colour",
        segments=(
            SegmentEntry(name="Apply colour", duration_min=40, gap_after_min=30),
            SegmentEntry(name="Wash and rinse", duration_min=15),
        ),
    ),
    a_service("Highlights", "Colour", 90),
    a_service("Balayage", "Colour", 120),
    a_service("Root Touch-Up", "Colour", 60, roots=0.8),
    a_service("Blow Dry", "Styling", 30),
    a_service("Deep Conditioning", "Care", 15, conditioning_treatment=0.9),
)

SALON_INDEX = ServiceIndex(SALON, locale="de")
DENTIST_INDEX = ServiceIndex(DENTIST, locale="de")
ENGLISH_INDEX = ServiceIndex(ENGLISH, locale="en")
ENGLISH_SALON_INDEX = ServiceIndex(ENGLISH_SALON, locale="en")
HAIRCUT = SALON[0]


def said(text: str, index: ServiceIndex = SALON_INDEX) -> tuple[str, str | None]:
    """What was understood: what to do, and the service's name."""
    guess = index.understand(text)
    return guess.action, guess.service.name if guess.service else None


def candidates(text: str, index: ServiceIndex = SALON_INDEX) -> list[str]:
    """List the names of a guess's candidates."""
    return [service.name for service in index.understand(text).candidates]
