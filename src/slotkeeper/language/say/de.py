"""How German is spoken: its sentences, dates, times and small words."""

from __future__ import annotations

from datetime import date, datetime, time

from slotkeeper.language.say.speech import Speech
from slotkeeper.language.vocabulary.de import LANGUAGE as VOCABULARY

SENTENCES = {
    "context": "Heute ist {date}, es ist {time}.",
    "held": "{date} um {time} ist{with} für {service} frei, ich halte Ihnen den Termin. Passt das?",
    "available": "{date} um {time} ist{with} für {service} noch frei. Passt das?",
    "booked": "Ihr Termin für {service} am {date} um {time}{with} ist gebucht.",
    "held_both": "{date} um {time} ist{with} für {service} frei, und {others}, wie Sie es vorhin "
    "wollten, ist gerade auch frei geworden. Ich halte Ihnen beides. Was ist Ihnen lieber?",
    "given_back": "{date} um {time}, wie Sie es vorhin wollten, ist gerade frei geworden.",
    "slot_taken": "{date} um {time} ist{with} leider schon vergeben. Welcher andere Termin passt "
    "Ihnen?",
    "others": "{no} Ich kann Ihnen {others} anbieten. Was passt Ihnen?",
    "openings": "Ich kann Ihnen {others} anbieten. Was passt Ihnen?",
    "nothing_free": "Da ist leider nichts mehr frei. Welcher andere Tag passt Ihnen?",
    "moved": "Ihr Termin für {service} ist jetzt am {date} um {time}{with}.",
    "cancelled": "Ihr Termin für {service} am {date} um {time} ist abgesagt.",
    "staff_absent": "{date} um {time} ist leider niemand dafür da. Welcher andere Termin passt "
    "Ihnen?",
    "search_given_up": "{date} um {time} habe ich leider nichts gefunden, was für alle passt. "
    "Sollen wir Sie dazu zurückrufen?",
    "times_with": "{with} {others}",
    "closed": "{date} um {time} haben wir geschlossen. Welcher andere Termin passt Ihnen?",
    "too_long": "{date} um {time} reicht die Zeit nicht mehr, wir schließen um {until}.",
    "closed_day": "{days}, haben wir geschlossen.",
    "closed_holiday": "{days}, haben wir geschlossen, da ist {reason}.",
    "closed_reason": "{days}, haben wir wegen {reason} geschlossen.",
    "closed_hours": "{days}, haben wir nur {hours} geöffnet.",
    "closed_then": "{days}, haben wir zu dieser Zeit geschlossen.",
    "closed_already": "{days}, haben wir dann schon geschlossen.",
    "staff_away": "{staff} ist am {date} um {time} leider nicht da.",
    "staff_away_day": "{days}, ist {staff} leider nicht da.",
    "nobody_day": "{days}, ist leider niemand dafür da.",
    "full_day": "{days}, ist für {service} leider nichts mehr frei.",
    "full_staff": "{days}, ist für {service} bei {staff} leider nichts mehr frei.",
    "given_up_day": "{days}, habe ich für alle zusammen leider nichts gefunden.",
    "too_soon_day": "{days}, ist das leider zu kurzfristig.",
    "past_day": "{days}, ist diese Zeit schon vorbei.",
    "too_far_day": "Termine für {date} vergeben wir noch nicht, nur bis zu {ahead} Tage im Voraus.",
    "staff_cannot_that": "{staff} macht {service} nicht, das gibt es bei {people}.",
    "unknown_staff_that": "Jemand mit diesem Namen arbeitet nicht bei uns, {service} gibt es bei "
    "{people}.",
    "which_other_time": "Welcher andere Termin passt Ihnen?",
    "ring_you_back": "Sollen wir Sie dazu zurückrufen?",
    "which_branch": "In welche Filiale möchten Sie kommen, {branches}?",
    "one_branch_each": "Ein Besuch ist immer in einer Filiale, auch zu mehreren. In welche möchten "
    "Sie kommen, {branches}?",
    "only_branch": "Das geht bei uns nur hier: {branches}. Passt das?",
    "at_branch": "in der Filiale {branch}",
    "at_named_branch": "in der {branch}",
    "at_named_place": "im {branch}",
    "which_staff": "Meinen Sie {people}?",
    "too_soon": "{date} um {time} ist leider zu kurzfristig. Welcher andere Termin passt Ihnen?",
    "too_far": "So weit im Voraus vergeben wir noch keine Termine. Wann passt es Ihnen früher?",
    "off_step": "Um {time} beginnen bei uns keine Termine. Welche andere Uhrzeit passt Ihnen?",
    "too_late_to_change": "Das lässt sich so kurz vorher leider nicht mehr ändern.",
    "too_many_holds": "Dafür kann ich im Moment leider nichts vormerken. Soll Sie jemand "
    "zurückrufen?",
    "transfer": "Gern, ich verbinde Sie.",
    "nobody_answers": "Im Moment kann leider niemand ans Telefon kommen.",
    "customer_needed": "Dafür brauche ich noch einen Namen oder eine Telefonnummer.",
    "ask_customer": "Auf welchen Namen darf ich buchen, und unter welcher Nummer erreichen wir "
    "Sie?",
    "holds_off": "Vormerken kann ich gerade nichts, aber gleich fest buchen. Soll ich das tun?",
    "appointment_cancelled": "Dieser Termin ist schon abgesagt.",
    "in_the_past": "{date} um {time} ist schon vorbei. Welcher andere Termin passt Ihnen?",
    "unknown_service": "Diese Leistung bieten wir nicht an. Was darf es sonst sein?",
    "unknown_staff": "Jemand mit diesem Namen arbeitet nicht bei uns. Darf es auch jemand "
    "anderes sein?",
    "staff_cannot": "Diese Leistung macht bei uns jemand anderes. Ist Ihnen das recht?",
    "visit_too_large": "So viel auf einmal kann ich leider nicht eintragen. Sollen wir Sie dazu "
    "zurückrufen?",
    "not_combined": "{service} machen wir leider nicht in einem Termin. Was davon möchten Sie?",
    "add_on_alone": "{service} machen wir nur zusammen mit etwas anderem. Was darf es noch sein?",
    "reservation_expired": "Der Termin ist leider nicht mehr für Sie reserviert. Soll ich noch mal "
    "nachsehen?",
    "reservation_cancelled": "Der Termin ist nicht mehr für Sie reserviert. Soll ich noch einmal "
    "nachsehen?",
    "released": "Gut, ich halte Ihnen keinen Termin mehr frei. Kann ich sonst etwas für Sie tun?",
    "customer_known": "Schön, dass Sie wieder anrufen. Was darf ich für Sie tun?",
    "customer_unknown": "Was darf ich für Sie tun?",
    "appointments": "Ich sehe {others}.",
    "no_appointments": "Unter Ihrer Nummer finde ich keinen kommenden Termin.",
    "which_appointment": "Welchen Termin meinen Sie, {others}?",
    "which_or_both": "Welchen Termin meinen Sie, {others}, oder beide?",
    "which_of_many": "Sie haben mehrere Termine, die nächsten sind {others}. An welchem Tag ist "
    "der, den Sie meinen?",
    "if_unsure": "Wenn Sie es nicht wissen, rufen wir Sie gern zurück.",
    "stands_then": "Auf diesen Namen steht schon {others}. Bleibt es dabei, soll ich ihn "
    "verschieben, oder möchten Sie noch einen dazu?",
    "stands_near": "Auf diesen Namen steht schon {others}. Soll ich ihn auf {wished} verschieben, "
    "möchten Sie noch einen dazu, oder bleibt es dabei?",
    "stands_several": "Auf diesen Namen stehen schon {others}. Bleibt es dabei, oder möchten Sie "
    "noch einen dazu?",
    "stands_taken": "Auf diesen Namen steht schon {others}. Bleibt es dabei, oder soll ich ihn "
    "verschieben?",
    "stands_or_others": "Auf diesen Namen steht schon {others}. Bleibt es dabei, oder möchten Sie "
    "stattdessen {times}?",
    "stays": "Gut, es bleibt bei {others}.",
    "taken_over": "Diesen Termin hat schon Ihr neuerer Anruf übernommen.",
    "identify": "Auf welchen Namen läuft der Termin, oder wann ist er?",
    "identify_withheld": "Auf welchen Namen läuft der Termin, und an welchem Tag und um wie "
    "viel Uhr ist er?",
    "not_recognised": "Ich habe einen Rückruf vorgemerkt. Mit dem Namen, dem Tag und der Uhrzeit "
    "des Termins geht es auch gleich.",
    "not_identified": "So finde ich den Termin leider nicht. Nennen Sie mir bitte Namen, Tag und "
    "Uhrzeit, oder sollen wir Sie zurückrufen?",
    "callback_requested": "Ich habe einen Rückruf vorgemerkt, wir melden uns bei Ihnen.",
    "ask_customer_phone": "Unter welcher Nummer erreichen wir Sie?",
    "services": "Wir bieten zum Beispiel {service} an. Worum geht es Ihnen?",
    "service_info": "{service} dauert etwa {duration} und kostet {price}.",
    "service_duration": "{service} dauert etwa {duration}.",
    "opening_hours": "Wir haben {hours} geöffnet.",
    "open_on": "{date} haben wir {hours} geöffnet.",
    "closed_on": "{date} haben wir geschlossen.",
    "date": "Das ist {date}.",
    "unknown_reservation": "Diesen Termin habe ich nicht vorgemerkt. Soll ich noch einmal "
    "nachsehen?",
    "unknown_part": "Das gehört leider nicht zu diesem Termin.",
    "unknown_appointment": "Diesen Termin kann ich leider nicht finden.",
    "nothing_held": "Es ist noch kein Termin ausgewählt. Welcher Tag und welche Uhrzeit passen "
    "Ihnen?",
    "which_one": "Welchen der genannten Termine möchten Sie?",
    "call_ended": "Dieses Gespräch ist schon beendet.",
    "ask_service": "Für welche Leistung möchten Sie einen Termin?",
    "ask_date": "An welchem Tag möchten Sie kommen?",
    "ask_time": "Um wie viel Uhr möchten Sie kommen?",
    "ask_past": "Das ist schon vorbei. Welcher andere Termin passt Ihnen?",
    "ask_past_year": "Das ist schon vorbei. Welcher andere Termin passt Ihnen?",
    "ask_invalid_date": "Diesen Tag gibt es nicht. An welchem Tag möchten Sie kommen?",
    "ask_invalid_time": "Diese Uhrzeit gibt es nicht. Um wie viel Uhr möchten Sie kommen?",
    "ask_no_such_time": "Diese Uhrzeit gibt es an dem Tag nicht, weil die Uhr umgestellt wird. "
    "Wann sonst?",
    "ask_unclear": "An welchem Tag und um wie viel Uhr möchten Sie kommen?",
    "which_service": "Meinen Sie {service}?",
    "which_service_for": "Was darf es für {whom} sein: {service}?",
    "ask_service_for": "Was darf es für {whom} sein?",
    "only_the_rest": "{wish} bieten wir leider nicht an. Soll ich nur {service} nehmen?",
    "not_offered": "{wish} bieten wir leider nicht an. Was darf es sonst sein?",
    "how_many_people": "Für wie viele Personen soll der Termin sein?",
    "whose_services": "{service}: Wer bekommt davon was?",
    "how_side_by_side": "nebeneinander",
    "how_one_after_another": "nacheinander",
    "how_mixed": "teils nebeneinander",
    "held_visit": "{date} um {time} ist{with} für {service} frei, {how}bis {until}. Ich halte "
    "Ihnen das. Passt es?",
    "available_visit": "{date} um {time} ist{with} für {service} noch frei, {how}bis {until}. "
    "Passt das?",
    "booked_visit": "Ihr Termin für {service} am {date} um {time}{with} ist gebucht, {how}bis "
    "{until}.",
    "moved_visit": "Ihr Termin für {service} ist jetzt am {date} um {time}{with}, {how}bis "
    "{until}.",
    "part_cancelled": "{service} ist abgesagt.",
    "the_rest_stays": "Es bleibt bei {others}{cost}.",
    "and_costs": ", das kostet {price}",
    "free_between": "Dazwischen ist von {time} bis {until} frei.",
    "first_stays": "{service} um {time} bleibt für Sie reserviert.",
    "not_a_part": "Das gehört nicht zu Ihrem Termin. Gebucht ist {service}.",
    "which_part_to_cancel": "Was davon soll ich absagen, {others}?",
    "which_part_to_move": "Was davon soll ich verschieben, {others}?",
    "besides_or_instead": "Möchten Sie {more} zusätzlich zu {service} oder stattdessen?",
    "which_time": "Meinen Sie {others}?",
    "ask_customer_name": "Auf welchen Namen darf ich den Termin eintragen?",
    "no_such_time": "Diese Uhrzeit gibt es an dem Tag nicht, weil die Uhr umgestellt wird. Wann "
    "sonst?",
    "ambiguous_time": "Diese Uhrzeit gibt es an dem Tag zweimal, weil die Uhr umgestellt wird. "
    "Wann sonst?",
    "invalid_input": "Das habe ich nicht verstanden. Können Sie es noch einmal sagen?",
    "unknown_tool": "Das kann ich leider nicht.",
    "try_again": "Einen Moment, das hat gerade nicht geklappt. Ich versuche es noch einmal.",
    "outcome_unknown": "Einen Moment, ich prüfe noch, ob das geklappt hat.",
}


def spoken_date(at: date) -> str:
    """Say Freitag, den 5. März."""
    weekday, month = VOCABULARY.weekdays[at.weekday()], VOCABULARY.months[at.month - 1]
    return f"{weekday}, den {at.day}. {month}"


def spoken_time(at: datetime | time) -> str:
    """Say fünfzehn Uhr dreißig."""
    hour = "ein" if at.hour == 1 else VOCABULARY.spell(at.hour)
    return f"{hour} Uhr {VOCABULARY.spell(at.minute)}" if at.minute else f"{hour} Uhr"


LANGUAGE = Speech(
    vocabulary=VOCABULARY,
    sentences=SENTENCES,
    say_date=spoken_date,
    say_time=spoken_time,
    on_date="am",
    at_time="um",
    conjunction="und",
    disjunction="oder",
    hour=("eine Stunde", "Stunden"),
    minute=("eine Minute", "Minuten"),
    hours_from_to="von {} bis {}",
    days_from_to="{} bis {}",
    days_all="von {} bis {}",
    midnight="Mitternacht",
    currencies={"EUR": "Euro", "CHF": "Franken"},
    price_with_cents="{whole} {unit} {cents}",
    with_staff="bei {}",
    for_person=(
        *("für die erste Person", "für die zweite Person"),
        *("für die dritte Person", "für die vierte Person"),
    ),
    booked_as=(
        *("den Sie zuerst gebucht haben", "den Sie danach gebucht haben"),
        "den Sie zuletzt gebucht haben",
    ),
)
