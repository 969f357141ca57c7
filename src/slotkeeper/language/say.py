"""What is said to a caller: one or two short sentences, ready to be spoken.

No ISO dates, no ids, no newlines; the weekday is always said back, the year never.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from slotkeeper.language.numbers import Locale, ordinal, spell

_WEEKDAYS = {
    "de": (
        "Montag",
        "Dienstag",
        "Mittwoch",
        "Donnerstag",
        "Freitag",
        "Samstag",
        "Sonntag",
    ),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}
_MONTHS = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}

# status -> sentence, per language. A test checks that every status and refusal has one.
SENTENCES: Mapping[str, Mapping[Locale, str]] = {
    "context": {
        "de": "Heute ist {date}, es ist {time}.",
        "en": "Today is {date}, it is {time}.",
    },
    "held": {
        "de": "{date} um {time} ist für {service} frei, ich halte Ihnen den Termin. Passt das?",
        "en": "{date} at {time} is free for {service}, I am keeping it for you. Does it suit you?",
    },
    "available": {
        "de": "{date} um {time} ist für {service} noch frei. Passt das?",
        "en": "{date} at {time} is still free for {service}. Does that suit you?",
    },
    "booked": {
        "de": "Ihr Termin für {service} am {date} um {time} ist gebucht.",
        "en": "Your appointment for {service} on {date} at {time} is booked.",
    },
    "slot_taken": {
        "de": "{date} um {time} ist leider schon vergeben. Welcher andere Termin passt Ihnen?",
        "en": "{date} at {time} is unfortunately taken. What other time would suit you?",
    },
    "others": {
        "de": "{no} Ich kann Ihnen {others} anbieten. Was passt Ihnen?",
        "en": "{no} I can offer you {others}. What would suit you?",
    },
    "openings": {
        "de": "Ich kann Ihnen {others} anbieten. Was passt Ihnen?",
        "en": "I can offer you {others}. What would suit you?",
    },
    "nothing_free": {
        "de": "Da ist leider nichts mehr frei. Welcher andere Tag passt Ihnen?",
        "en": "Nothing is free then, I am afraid. What other day would suit you?",
    },
    "moved": {
        "de": "Ihr Termin für {service} ist jetzt am {date} um {time}.",
        "en": "Your appointment for {service} is now on {date} at {time}.",
    },
    "cancelled": {
        "de": "Ihr Termin für {service} am {date} um {time} ist abgesagt.",
        "en": "Your appointment for {service} on {date} at {time} is cancelled.",
    },
    "staff_absent": {
        "de": "{date} um {time} ist leider niemand dafür da. Welcher andere Termin passt Ihnen?",
        "en": "Nobody is in for that at {time} on {date}. What other time would suit you?",
    },
    "closed": {
        "de": "{date} um {time} haben wir geschlossen. Welcher andere Termin passt Ihnen?",
        "en": "We are closed at {time} on {date}. What other time would suit you?",
    },
    "too_soon": {
        "de": "{date} um {time} ist leider zu kurzfristig. Welcher andere Termin passt Ihnen?",
        "en": "{date} at {time} is too soon, I am afraid. What other time would suit you?",
    },
    "too_far": {
        "de": "So weit im Voraus vergeben wir noch keine Termine. Wann passt es Ihnen früher?",
        "en": "We do not book that far ahead yet. What earlier time would suit you?",
    },
    "off_step": {
        "de": "Um {time} beginnen bei uns keine Termine. Welche andere Uhrzeit passt Ihnen?",
        "en": "No appointment starts at {time} here. What other time would suit you?",
    },
    "too_late_to_change": {
        "de": "Das lässt sich so kurz vorher leider nicht mehr ändern.",
        "en": "That cannot be changed any more at such short notice, I am afraid.",
    },
    "too_many_holds": {
        "de": "Im Moment sind schon sehr viele Termine vorgemerkt. Welcher andere Tag passt Ihnen?",
        "en": "A great many times are being kept at the moment. What other day would suit you?",
    },
    "appointment_cancelled": {
        "de": "Dieser Termin ist schon abgesagt.",
        "en": "That appointment has been cancelled already.",
    },
    "in_the_past": {
        "de": "{date} um {time} ist schon vorbei. Welcher andere Termin passt Ihnen?",
        "en": "{date} at {time} is already over. What other time would suit you?",
    },
    "unknown_service": {
        "de": "Diese Leistung bieten wir nicht an. Was darf es sonst sein?",
        "en": "We do not offer that service. What else may it be?",
    },
    "unknown_staff": {
        "de": "Dieser Name ist mir nicht bekannt. Darf es auch jemand anderes sein?",
        "en": "I do not know that name. May it be someone else as well?",
    },
    "staff_cannot": {
        "de": "Diese Leistung macht bei uns jemand anderes. Ist Ihnen das recht?",
        "en": "Someone else does that service here. Is that all right?",
    },
    "reservation_expired": {
        "de": "Der Termin ist leider nicht mehr für Sie reserviert. Soll ich noch mal nachsehen?",
        "en": "That time was unfortunately no longer kept for you. Shall I look again?",
    },
    "reservation_cancelled": {
        "de": "Der Termin ist nicht mehr für Sie reserviert. Soll ich noch einmal nachsehen?",
        "en": "That time is no longer kept for you. Shall I look again?",
    },
    "nothing_held": {
        "de": "Es ist noch kein Termin ausgewählt. Welcher Tag und welche Uhrzeit passen Ihnen?",
        "en": "No time has been chosen yet. What day and time would suit you?",
    },
    "which_one": {
        "de": "Welchen der genannten Termine möchten Sie?",
        "en": "Which of the times that I named would you like?",
    },
    "call_ended": {
        "de": "Dieses Gespräch ist schon beendet.",
        "en": "This conversation is already over.",
    },
    "ask_service": {
        "de": "Für welche Leistung möchten Sie einen Termin?",
        "en": "What service would you like an appointment for?",
    },
    "ask_date": {
        "de": "An welchem Tag möchten Sie kommen?",
        "en": "What day would you like to come?",
    },
    "ask_time": {
        "de": "Um wie viel Uhr möchten Sie kommen?",
        "en": "What time would you like to come?",
    },
    "ask_past": {
        "de": "Das ist schon vorbei. Welcher andere Termin passt Ihnen?",
        "en": "That is already over. What other time would suit you?",
    },
    "ask_past_year": {
        "de": "Das ist schon vorbei. Welcher andere Termin passt Ihnen?",
        "en": "That is already over. What other time would suit you?",
    },
    "ask_invalid_date": {
        "de": "Diesen Tag gibt es nicht. An welchem Tag möchten Sie kommen?",
        "en": "There is no such day. What day would you like to come?",
    },
    "ask_invalid_time": {
        "de": "Diese Uhrzeit gibt es nicht. Um wie viel Uhr möchten Sie kommen?",
        "en": "There is no such time. What time would you like to come?",
    },
    "ask_no_such_time": {
        "de": "Diese Uhrzeit gibt es an dem Tag nicht, weil die Uhr umgestellt wird. Wann sonst?",
        "en": "That time does not exist on that day, as the clocks change. When else?",
    },
    "ask_unclear": {
        "de": "An welchem Tag und um wie viel Uhr möchten Sie kommen?",
        "en": "On what day and at what time would you like to come?",
    },
    "which_service": {
        "de": "Meinen Sie {service}?",
        "en": "Do you mean {service}?",
    },
    "which_time": {
        "de": "Meinen Sie {others}?",
        "en": "Do you mean {others}?",
    },
    "ask_customer_name": {
        "de": "Auf welchen Namen darf ich den Termin eintragen?",
        "en": "What name may I put the appointment under?",
    },
    "no_such_time": {
        "de": "Diese Uhrzeit gibt es an dem Tag nicht, weil die Uhr umgestellt wird. Wann sonst?",
        "en": "That time does not exist on that day, as the clocks change. When else?",
    },
    "ambiguous_time": {
        "de": "Diese Uhrzeit gibt es an dem Tag zweimal, weil die Uhr umgestellt wird. Wann sonst?",
        "en": "That time comes twice on that day, as the clocks change. When else?",
    },
    "invalid_input": {
        "de": "Das habe ich nicht verstanden. Können Sie es noch einmal sagen?",
        "en": "I did not understand that. Could you say it again?",
    },
    "unknown_tool": {
        "de": "Das kann ich leider nicht.",
        "en": "I am afraid I cannot do that.",
    },
    "try_again": {
        "de": "Einen Moment, das hat gerade nicht geklappt. Ich versuche es noch einmal.",
        "en": "One moment, that did not work just now. I will try again.",
    },
    "outcome_unknown": {
        "de": "Einen Moment, ich prüfe noch, ob das geklappt hat.",
        "en": "One moment, I am still checking whether that worked.",
    },
}


def say(status: str, locale: Locale, at: datetime | None = None, service: str = "") -> str:
    """Say a status about a wall-clock time of the company and a service."""
    words = {"service": service, "date": "", "time": ""}
    if at is not None:
        words |= {"date": spoken_date(at, locale), "time": spoken_time(at, locale)}
    return SENTENCES[status][locale].format(**words)


def spoken_date(at: date, locale: Locale) -> str:
    """A date with its weekday and without its year."""
    weekday, month = _WEEKDAYS[locale][at.weekday()], _MONTHS[locale][at.month - 1]
    if locale == "de":
        return f"{weekday}, den {at.day}. {month}"
    return f"{weekday}, {month} {ordinal(at.day)}"


def spoken_time(at: datetime | time, locale: Locale) -> str:
    """A time as it is spoken, and as only one time can be meant.

    German: fünfzehn Uhr dreißig. English: half past three in the afternoon.
    """
    if locale == "de":
        hour = "ein" if at.hour == 1 else spell(at.hour, "de")
        return f"{hour} Uhr {spell(at.minute, 'de')}" if at.minute else f"{hour} Uhr"
    if not at.minute and at.hour in (0, 12):
        # "Midnight" could be the beginning or the end of the day.
        return "noon" if at.hour else "twelve o'clock at night"
    part = "morning" if at.hour < 12 else "afternoon" if at.hour < 18 else "evening"
    return f"{_english_clock(at.hour, at.minute)} in the {part}"


def _english_clock(hour: int, minute: int) -> str:
    """As people tell it: half past two, ten past ten, quarter to eight."""
    name, next_name = spell(hour % 12 or 12, "en"), spell((hour + 1) % 12 or 12, "en")
    if minute == 0:
        return f"{name} o'clock"
    if minute == 30:
        return f"half past {name}"
    if minute % 5:
        if minute == (hour % 12 or 12):  # "eleven eleven" would sound like a stutter
            return f"{name} minutes past {name}"
        return f"{name} {'oh ' if minute < 10 else ''}{spell(minute, 'en')}"
    past = minute < 30
    away = minute if past else 60 - minute
    away_name = "quarter" if away == 15 else spell(away, "en")
    return f"{away_name} past {name}" if past else f"{away_name} to {next_name}"


def spoken_price(price_cents: int, currency: str, locale: Locale) -> str:
    """A price, said on request only: 32 Euro; 32 Euro 50; 32 euros and 50 cents."""
    whole, cents = divmod(price_cents, 100)
    name = {"EUR": {"de": "Euro", "en": "euros"}, "CHF": {"de": "Franken", "en": "francs"}}
    unit = name.get(currency, {}).get(locale, currency)
    if not cents:
        return f"{whole} {unit}"
    return f"{whole} {unit} {cents}" if locale == "de" else f"{whole} {unit} and {cents} cents"


def say_others(no: str, others: Sequence[datetime], locale: Locale) -> str:
    """Offer other times after a no: the question it ends in gives way to theirs."""
    times = spoken_choice(others, locale)
    if not no:
        return SENTENCES["openings"][locale].format(others=times)
    # A date such as "5. März" has a full stop of its own; a sentence's is followed by a capital
    # word after a letter.
    first = re.split(r"(?<=[a-zß])[.] ", no)[0].rstrip(".") + "."
    return SENTENCES["others"][locale].format(no=first, others=times)


def spoken_choice(times: Sequence[datetime], locale: Locale) -> str:
    """Join times naturally; a day that was just named is not named again."""
    parts: list[str] = []
    for i, at in enumerate(times):
        same_day = i > 0 and times[i - 1].date() == at.date()
        preposition = "um" if locale == "de" else "at"
        clock = f"{preposition} {spoken_time(at, locale)}"
        parts.append(clock if same_day else f"{spoken_date(at, locale)} {clock}")
    return _either(parts, locale)


def say_candidates(candidates: Sequence[date | time], locale: Locale) -> str:
    """Ask which of at most three days, times, or both, is meant."""
    words: list[str] = []
    for one in candidates[:3]:
        if isinstance(one, datetime):
            preposition = "um" if locale == "de" else "at"
            words.append(f"{spoken_date(one, locale)} {preposition} {spoken_time(one, locale)}")
        else:
            spoken = spoken_time(one, locale) if isinstance(one, time) else spoken_date(one, locale)
            words.append(spoken)
    return SENTENCES["which_time"][locale].format(others=_either(words, locale))


def _either(words: Sequence[str], locale: Locale) -> str:
    joined = "oder" if locale == "de" else "or"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joined} {words[-1]}"


def weekday_name(at: date, locale: Locale) -> str:
    """The weekday alone."""
    return _WEEKDAYS[locale][at.weekday()]
