"""The parameters of the tools: names, descriptions, and the names that models use instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ParameterType = Literal["string", "integer", "boolean"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. A model reads its ``description`` and may use any of its ``aliases``."""

    name: str
    description: str
    aliases: tuple[str, ...] = ()
    kind: ParameterType = "string"


_PARAMETERS = (
    Parameter(
        "service",
        "All services the caller wishes and for whom, in the caller's own words: 'cut and colour', "
        "'Damenhaarschnitt für mich und Kinderhaarschnitt für meinen Sohn', 'und Ansatzfärbung'. "
        "Leave nothing out.",
        ("service_name", "service_type", "dienstleistung", "leistung", "behandlung"),
    ),
    Parameter(
        "date",
        "The day in the caller's own words, such as 'tomorrow', 'next Friday', 'Freitag' or "
        "'12. März'. Never compute a date yourself.",
        ("datum", "appointment_date", "preferred_date", "date_string", "tag"),
    ),
    Parameter(
        "time",
        "The time of day in the caller's own words, such as 'half past two', 'halb drei' or "
        "'nachmittags'.",
        ("uhrzeit", "zeit", "appointment_time", "preferred_time"),
    ),
    Parameter(
        "datetime",
        "Day and time together, where the caller said them in one.",
        ("appointment_datetime", "start", "start_time", "termin"),
    ),
    Parameter(
        "staff",
        "The person the caller wishes to be served by; empty if anyone will do.",
        ("preferred_staff", "preferred_staff_id", "staff_name", "mitarbeiter", "friseur"),
    ),
    Parameter(
        "branch",
        "The branch that the caller means, in the caller's own words; empty if none was named.",
        ("filiale", "standort", "location"),
    ),
    Parameter(
        "customer_name",
        "The caller's name as it was said. Never make one up.",
        ("name", "kundenname", "kunde"),
    ),
    Parameter(
        "customer_phone",
        "A telephone number that the caller said; empty if it is the one the call comes from.",
        ("phone", "phone_number", "telefon", "telefonnummer"),
    ),
    Parameter(
        "reservation_token",
        "The reservation_token of the answer whose time the caller said yes to.",
        ("token", "hold_id"),
    ),
    Parameter(
        "appointment_id",
        "The appointment_id of an earlier answer.",
        ("termin_id", "booking_id"),
        "integer",
    ),
    Parameter(
        "person",
        "Only for a wish that does not name its people: 1, or 2 for a second person at the same "
        "time.",
        ("party", "party_number"),
        "integer",
    ),
    Parameter(
        "confirmed",
        "True once the caller has said yes.",
        ("bestaetigung", "bestätigung", "confirm"),
        "boolean",
    ),
    Parameter(
        "old_date",
        "The day of the appointment that is to be moved, as the caller said it.",
        ("old_datum", "altes_datum"),
    ),
    Parameter(
        "old_time",
        "The time of the appointment that is to be moved, as the caller said it.",
        ("old_uhrzeit", "alte_uhrzeit"),
    ),
    Parameter(
        "new_date",
        "The day it is to be moved to, in the caller's own words.",
        ("new_datum", "neues_datum"),
    ),
    Parameter(
        "new_time",
        "The time it is to be moved to, in the caller's own words.",
        ("new_uhrzeit", "neue_uhrzeit"),
    ),
    Parameter(
        "another",
        "True only if the caller, asked about an appointment that stands already, wants one more "
        "beside it. Never guess it.",
        ("one_more", "additional", "weiterer", "noch_einen", "zusaetzlich", "zusätzlich"),
        "boolean",
    ),
    Parameter(
        "which",
        "Which of the appointments that were named is meant, in the caller's own words: 'the first "
        "one', 'den bei Emma', 'both', 'weiß nicht'. Empty before the caller was asked.",
        ("welcher", "welchen", "choice", "auswahl"),
    ),
    Parameter(
        "part",
        "Which part of the appointment is meant where it is not all of it, in the caller's own "
        "words: 'only the colour', 'mein Sohn kann nicht'. Empty for the whole appointment.",
        ("teil", "parts"),
    ),
    Parameter("reason", "What it is about, in a few words.", ("grund", "anliegen")),
    Parameter(
        "conversation_id",
        "The conversation_id of the first answer; send it back with every later call.",
    ),
)

PARAMETERS: Mapping[str, Parameter] = {parameter.name: parameter for parameter in _PARAMETERS}

# Arguments that name or reach a person: never kept in a call's story.
PERSONAL = ("customer_name", "customer_phone", "customer_email", "email")
