"""Days and times spoken in many ways, for the tests: independent of the grammar under test."""

from datetime import date, time

DE_UNITS = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn"
    " sechzehn siebzehn achtzehn neunzehn"
).split()
DE_TENS = {20: "zwanzig", 30: "dreißig", 40: "vierzig", 50: "fünfzig"}
DE_ORDINALS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
DE_WEEKDAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()
DE_MONTHS = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
)
EN_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
EN_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty"}
EN_ORDINALS = {
    1: "first",
    2: "second",
    3: "third",
    5: "fifth",
    8: "eighth",
    9: "ninth",
    12: "twelfth",
    20: "twentieth",
    30: "thirtieth",
}
EN_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
EN_MONTHS = (
    "January February March April May June July August September October November December".split()
)


def de_number(n: int) -> str:
    """Speak 0 to 59 in German."""
    if n < 20:
        return DE_UNITS[n]
    tens, unit = n - n % 10, n % 10
    if not unit:
        return DE_TENS[tens]
    return f"{'ein' if unit == 1 else DE_UNITS[unit]}und{DE_TENS[tens]}"


def de_hour(n: int) -> str:
    """Speak an hour before "Uhr"."""
    return "ein" if n == 1 else de_number(n)


def de_ordinal(n: int, ending: str = "en") -> str:
    """Speak 1 to 31 as an ordinal in German."""
    stem = DE_ORDINALS.get(n) or (de_number(n) + ("t" if n < 20 else "st"))
    return stem + ending


def en_number(n: int) -> str:
    """Speak 0 to 59 in English."""
    if n < 20:
        return EN_UNITS[n]
    return EN_TENS[n - n % 10] + (f"-{EN_UNITS[n % 10]}" if n % 10 else "")


def en_ordinal(n: int) -> str:
    """Speak 1 to 31 as an ordinal in English."""
    if n in EN_ORDINALS:
        return EN_ORDINALS[n]
    if n < 20:
        return EN_UNITS[n] + "th"
    return f"{EN_TENS[n - n % 10]}-{en_ordinal(n % 10)}"


def en_suffixed(n: int) -> str:
    """Write 1 to 31 as an ordinal in digits."""
    suffix = "th" if 10 <= n <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def de_dates(day: date) -> list[str]:
    """Ways to say a date with its month in German; the weekday in some."""
    weekday, month = DE_WEEKDAYS[day.weekday()], DE_MONTHS[day.month - 1]
    return [
        f"am {day.day}. {month}",
        f"{weekday}, den {day.day}. {month}",
        f"am {weekday}, den {day.day}. {month}",
        f"{day.day}. {month} {day.year}",
        f"am {de_ordinal(day.day)} {month}",
        f"{weekday}, der {de_ordinal(day.day, 'e')} {month}",
        f"am {de_ordinal(day.day)} {de_ordinal(day.month)}",
        f"auf den {de_ordinal(day.day)} {de_ordinal(day.month)}",
        f"{day.day}.{day.month}.",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{weekday} {day.day:02}.{day.month:02}.",
        day.isoformat(),
        f"{de_ordinal(day.day, 'er')} {month} zweitausend{de_number(day.year - 2000)}",
    ]


def en_dates(day: date) -> list[str]:
    """Ways to say a date with its month in English."""
    weekday, month = EN_WEEKDAYS[day.weekday()], EN_MONTHS[day.month - 1]
    return [
        f"on {month} {day.day}",
        f"on {month} {en_suffixed(day.day)}",
        f"{weekday}, {month} {en_suffixed(day.day)}",
        f"{weekday}, {month} {day.day}",
        f"the {en_ordinal(day.day)} of {month}",
        f"{weekday} the {en_suffixed(day.day)} of {month}",
        f"{month} the {en_ordinal(day.day)}",
        f"{day.day} {month} {day.year}",
        f"{month} {en_suffixed(day.day)}, {day.year}",
        day.isoformat(),
    ]


def de_times(at: time) -> list[str]:
    """Ways to say a time in German that mean it whatever the hours are, or in business hours."""
    h, m = at.hour, at.minute
    said = [f"{h:02}:{m:02}", f"um {h} Uhr {m}" if m else f"um {h} Uhr"]
    said.append(f"um {de_hour(h)} Uhr {de_number(m)}" if m else f"um {de_hour(h)} Uhr")
    short, following = de_number(h % 12 or 12), de_number(h % 12 + 1)
    spoken = {
        0: [f"um {short}"],
        5: [f"fünf nach {short}"],
        10: [f"zehn nach {short}"],
        15: [f"viertel nach {short}"],
        20: [f"zwanzig nach {short}", f"zehn vor halb {following}"],
        25: [f"fünf vor halb {following}"],
        30: [f"um halb {following}", f"halb {h % 12 + 1}"],
        35: [f"fünf nach halb {following}"],
        40: [f"zwanzig vor {following}"],
        45: [f"viertel vor {following}", f"dreiviertel {following}"],
        50: [f"zehn vor {following}"],
        55: [f"fünf vor {following}"],
    }
    return said + spoken.get(m, [])


def en_times(at: time) -> list[str]:
    """Ways to say a time in English that mean it in business hours."""
    h, m = at.hour, at.minute
    half, short = ("am", "pm")[h >= 12], h % 12 or 12
    said = [f"at {h:02}:{m:02}", f"at {short}:{m:02} {half}" if m else f"at {short} {half}"]
    if m >= 10:
        said.append(f"at {en_number(short)} {en_number(m)}")
    spoken = {
        0: [f"at {en_number(short)}", f"at {en_number(short)} o'clock"],
        15: [f"at quarter past {en_number(short)}"],
        30: [f"at half past {en_number(short)}"],
        45: [f"at a quarter to {en_number(h % 12 + 1)}"],
        50: [f"at ten to {en_number(h % 12 + 1)}"],
    }
    return said + spoken.get(m, [])


DE_FRAMES = (
    "{day} {at}",
    "{day} {at}, bitte",
    "{at} {day}",
    "{at} am liebsten, {day}",
    "{day}, am besten {at}",
    "{day}? Ja. {at}.",
    "Ich hätte gern einen Termin {day} {at}",
    "Ich hätte gern einen Herrenhaarschnitt {day} {at}, wenn möglich bei Fabian",
    "Waschen, schneiden, föhnen {day} {at} bitte",
    "{day} {at} Ansatz und Strähnen",
    "Guten Tag, Müller hier, es geht um einen Termin {day}, so {at}",
    "Haben Sie {day} {at} noch was frei?",
    "Ja hallo, ich wollte fragen, ob Sie {day} {at} was frei haben für meine zwei Kinder",
    "Geht das {day} {at}?",
    "Ja, {day}, {at} passt mir gut.",
    "Ähm, und zwar {day} äh {at} wäre schön",
    "Könnte ich {day} {at} kommen? Mein Sohn ist zehn Jahre alt",
    "{day} {at}, für zwei Personen, 45 Minuten",
)
EN_FRAMES = (
    "{day} {at}",
    "{day} {at} please",
    "{at} {day}",
    "{day}, ideally {at}",
    "I'd like an appointment {day} {at}",
    "I'd like a haircut {day} {at} with Emma if possible",
    "Good morning, this is Tom, could I get a perm {day} {at}?",
    "Do you have anything {day} {at}?",
    "Yes, {day}, {at} works for me.",
    "{day} {at} for my two kids",
    "{day} {at}, 45 minutes, two people",
)
# The day that is taken back comes first.
DE_CORRECTIONS = (
    "{other} nein, {day} {at}",
    "nicht {other}, sondern {day} {at}",
    "{other} geht nicht, lieber {day} {at}",
    "statt {other} lieber {day} {at}",
    "verschieben von {other} auf {day} {at}",
    "{other} kann ich nicht. Geht {day} {at}?",
)
EN_CORRECTIONS = (
    "no, not {other}, {day} {at}",
    "{other} doesn't work, how about {day} {at}",
    "instead of {other}, {day} {at}",
    "move it from {other} to {day} {at}",
)
