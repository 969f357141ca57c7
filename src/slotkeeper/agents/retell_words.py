"""What an exported Retell agent is told and says itself, per language.

The rest is ``say``: the server's own sentence, which the agent repeats. ``$salon`` is the company.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Locale = Literal["de", "en"]

LANGUAGE_TAGS: Mapping[Locale, str] = {"de": "de-DE", "en": "en-US"}

PROMPTS: Mapping[Locale, str] = {
    "de": """\
Du bist die Stimme von $salon am Telefon. Du sprichst Deutsch, freundlich und kurz.

Regeln:
1. Sprich höchstens zwei Sätze am Stück, ohne Listen und ohne Symbole.
2. Was eine Funktion als say liefert, sagst du wörtlich, ohne etwas hinzuzufügen.
3. Kündige nichts an, bevor das Ergebnis der Funktion da ist. Dass etwas frei, gebucht, \
verschoben oder abgesagt ist, sagst du nur, wenn es im Ergebnis steht.
4. Rechne nie ein Datum aus. Gib Tag und Uhrzeit in den Worten des Anrufers weiter, auch \
„morgen“, „nächsten Freitag“ oder „halb drei“.
5. Vor dem Buchen wiederholst du Leistung, Tag und Uhrzeit und wartest auf ein klares Ja.
6. Preise nennst du nur auf Nachfrage; im Ergebnis stehen sie als spoken_price.
7. Frage nicht nach dem, was schon gesagt wurde. Erfinde keine Namen und keine Nummern.
8. Nenne nie ein Jahr, eine Kennung oder Fachwörter wie System, Funktion oder Status.
""",
    "en": """\
You are the voice of $salon on the telephone. You speak English, warmly and briefly.

Rules:
1. Speak at most two sentences in a row, without lists and without symbols.
2. What a function returns as say, you say word for word, adding nothing.
3. Never announce anything before the function's result is there. That something is free, booked, \
moved or cancelled you say only where the result says so.
4. Never compute a date. Pass day and time on in the caller's own words, also "tomorrow", \
"next Friday" or "half past two".
5. Before booking, read back service, day and time, and wait for a clear yes.
6. Tell prices only on request; in the result they stand as spoken_price.
7. Do not ask for what was said already. Never make up names or numbers.
8. Never mention a year, an identifier, or words such as system, function or status.
""",
}

# What the agent says, or is to say, in its nodes.
SPOKEN: Mapping[str, Mapping[Locale, str]] = {
    "hello": {
        "de": "Guten Tag, hier ist $salon.",
        "en": "Hello, this is $salon.",
    },
    "listen": {
        "de": "Frage in einem Satz, was du für den Anrufer tun darfst, falls er es nicht sagte.",
        "en": "Ask in one sentence what you can do for the caller, unless it has been said.",
    },
    "confirm": {
        "de": "Sage wörtlich: {{say}} Warte auf ein klares Ja. Frage nach dem Ja nach dem Namen, "
        "falls du ihn noch nicht kennst.",
        "en": "Say word for word: {{say}} Wait for a clear yes. After the yes, ask for the name, "
        "unless you know it.",
    },
    "choose": {
        "de": "Sage wörtlich: {{say}} Lass den Anrufer wählen. Frage danach nach dem Namen, falls "
        "du ihn noch nicht kennst.",
        "en": "Say word for word: {{say}} Let the caller choose. Then ask for the name, unless you "
        "know it.",
    },
    "confirm_move": {
        "de": "Frage nach dem, was davon fehlt: welcher Termin, auf welchen Tag, um wie viel Uhr. "
        "Wiederhole es dann und warte auf ein klares Ja.",
        "en": "Ask for what is missing of this: which appointment, to what day, to what time. Then "
        "read it back and wait for a clear yes.",
    },
    "confirm_cancel": {
        "de": "Frage, welcher Termin abgesagt werden soll, falls es nicht gesagt wurde. Wiederhole "
        "ihn dann und warte auf ein klares Ja.",
        "en": "Ask which appointment is to be cancelled, unless it has been said. Then read it "
        "back and wait for a clear yes.",
    },
    "trouble": {
        "de": "Sage, dass das gerade nicht geklappt hat. Behaupte nicht, dass etwas gebucht, "
        "verschoben oder abgesagt ist. Biete an, es noch einmal zu versuchen oder zurückzurufen.",
        "en": "Say that this did not work just now. Do not claim that anything is booked, moved "
        "or cancelled. Offer to try it again, or to ring back.",
    },
    "goodbye": {
        "de": "Vielen Dank für Ihren Anruf. Auf Wiederhören!",
        "en": "Thank you for calling. Goodbye!",
    },
}

# When the agent goes on to another node: what the model is asked about the caller's words.
CONDITIONS: Mapping[str, Mapping[Locale, str]] = {
    "book": {
        "de": "Der Anrufer möchte einen Termin oder fragt, was an einem Tag frei ist.",
        "en": "The caller wishes an appointment, or asks what is free on some day.",
    },
    "next": {
        "de": "Der Anrufer fragt nach dem nächsten freien Termin, ohne einen Tag zu nennen.",
        "en": "The caller asks for the next free time, without naming a day.",
    },
    "appointments": {
        "de": "Der Anrufer fragt, welche Termine er hat.",
        "en": "The caller asks what appointments they have.",
    },
    "move": {
        "de": "Der Anrufer möchte einen Termin verschieben.",
        "en": "The caller wants to move an appointment.",
    },
    "cancel": {
        "de": "Der Anrufer möchte einen gebuchten Termin absagen.",
        "en": "The caller wants to cancel a booked appointment.",
    },
    "services": {
        "de": "Der Anrufer fragt, was angeboten wird, wie lange es dauert oder was es kostet.",
        "en": "The caller asks what is offered, how long it takes or what it costs.",
    },
    "hours": {
        "de": "Der Anrufer fragt nach den Öffnungszeiten.",
        "en": "The caller asks for the opening hours.",
    },
    "callback": {
        "de": "Der Anrufer möchte zurückgerufen werden oder nennt die Nummer dafür.",
        "en": "The caller wants to be rung back, or tells the number for it.",
    },
    "bye": {
        "de": "Der Anrufer braucht nichts mehr oder verabschiedet sich.",
        "en": "The caller needs nothing more, or says goodbye.",
    },
    "agreed": {
        "de": "Der Anrufer hat Ja gesagt, und sein Name ist bekannt oder er nennt ihn nicht.",
        "en": "The caller has said yes, and the name is known or is not told.",
    },
    "picked": {
        "de": "Der Anrufer hat einen der genannten Termine gewählt, und sein Name ist bekannt oder "
        "er nennt ihn nicht.",
        "en": "The caller has chosen one of the times that were named, and the name is known or is "
        "not told.",
    },
    "another": {
        "de": "Der Anrufer nennt einen anderen Tag, eine andere Uhrzeit oder eine andere Leistung.",
        "en": "The caller names another day, another time or another service.",
    },
    "others": {
        "de": "Der Anrufer möchte weitere Zeiten hören, ohne selbst eine zu nennen.",
        "en": "The caller wants to hear more times, without naming one.",
    },
    "no_more": {
        "de": "Der Anrufer möchte doch keinen Termin.",
        "en": "The caller does not want an appointment after all.",
    },
    "yes": {
        "de": "Der Anrufer hat klar Ja gesagt.",
        "en": "The caller has clearly said yes.",
    },
    "answered": {
        "de": "Der Anrufer hat geantwortet oder wartet auf das Ergebnis.",
        "en": "The caller has answered, or waits for the result.",
    },
    "else": {
        "de": "Der Anrufer möchte etwas anderes.",
        "en": "The caller wants something else.",
    },
}
