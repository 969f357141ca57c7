"""The sentences that are said to callers, by status and language; blanks are filled by say.py."""

from __future__ import annotations

from collections.abc import Mapping

from slotkeeper.language.numbers import Locale

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
    "holds_off": {
        "de": "Vormerken kann ich gerade nichts, aber gleich fest buchen. Soll ich das tun?",
        "en": "I cannot keep a time just now, but I can book it at once. Shall I do that?",
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
    "released": {
        "de": "Gut, ich halte Ihnen keinen Termin mehr frei. Kann ich sonst etwas für Sie tun?",
        "en": "All right, I am no longer keeping a time for you. Is there anything else?",
    },
    "customer_known": {
        "de": "Schön, dass Sie wieder anrufen. Was darf ich für Sie tun?",
        "en": "How nice of you to call again. What can I do for you?",
    },
    "customer_unknown": {
        "de": "Was darf ich für Sie tun?",
        "en": "What can I do for you?",
    },
    "appointments": {
        "de": "Ich sehe {others}.",
        "en": "I see {others}.",
    },
    "no_appointments": {
        "de": "Unter Ihrer Nummer finde ich keinen kommenden Termin.",
        "en": "I find no upcoming appointment under your number.",
    },
    "which_appointment": {
        "de": "Welchen Termin meinen Sie, {others}?",
        "en": "Which appointment do you mean, {others}?",
    },
    "identify": {
        "de": "Damit ich den richtigen Termin finde: Auf welchen Namen und für wann ist er?",
        "en": "So that I find the right appointment: what name is it under, and when is it?",
    },
    "not_identified": {
        "de": "Diesen Termin kann ich so leider nicht finden. Ich habe einen Rückruf vorgemerkt.",
        "en": "I cannot find that appointment like this. I have noted that we ring you back.",
    },
    "callback_requested": {
        "de": "Ich habe einen Rückruf vorgemerkt, wir melden uns bei Ihnen.",
        "en": "I have noted that we ring you back, you will hear from us.",
    },
    "ask_customer_phone": {
        "de": "Unter welcher Nummer erreichen wir Sie?",
        "en": "What number can we reach you on?",
    },
    "services": {
        "de": "Wir bieten zum Beispiel {service} an. Worum geht es Ihnen?",
        "en": "We offer {service}, for example. What is it you would like?",
    },
    "service_info": {
        "de": "{service} dauert etwa {duration} und kostet {price}.",
        "en": "{service} takes about {duration} and costs {price}.",
    },
    "service_duration": {
        "de": "{service} dauert etwa {duration}.",
        "en": "{service} takes about {duration}.",
    },
    "opening_hours": {
        "de": "Wir haben {hours} geöffnet.",
        "en": "We are open {hours}.",
    },
    "open_on": {
        "de": "{date} haben wir {hours} geöffnet.",
        "en": "On {date} we are open {hours}.",
    },
    "closed_on": {
        "de": "{date} haben wir geschlossen.",
        "en": "On {date} we are closed.",
    },
    "date": {
        "de": "Das ist {date}.",
        "en": "That is {date}.",
    },
    "unknown_reservation": {
        "de": "Diesen Termin habe ich nicht vorgemerkt. Soll ich noch einmal nachsehen?",
        "en": "I have not kept that time. Shall I look again?",
    },
    "unknown_appointment": {
        "de": "Diesen Termin kann ich leider nicht finden.",
        "en": "I cannot find that appointment, I am afraid.",
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
