"""How English is spoken: its sentences, dates, times and small words."""

from __future__ import annotations

from datetime import date, datetime, time

from slotkeeper.language.say.speech import Speech
from slotkeeper.language.vocabulary.en import LANGUAGE as VOCABULARY

SENTENCES = {
    "context": "Today is {date}, it is {time}.",
    "held": "{date} at {time} is free{with} for {service}, I am keeping it for you. Does it suit "
    "you?",
    "available": "{date} at {time} is still free{with} for {service}. Does that suit you?",
    "booked": "Your appointment for {service} on {date} at {time}{with} is booked.",
    "held_both": "{date} at {time} is free{with} for {service}, and {others}, which you asked for "
    "before, has just become free as well. I am keeping both for you. Which do you prefer?",
    "given_back": "{date} at {time}, which you asked for before, has just become free.",
    "slot_taken": "{date} at {time} is unfortunately taken{with}. What other time would suit you?",
    "others": "{no} I can offer you {others}. What would suit you?",
    "openings": "I can offer you {others}. What would suit you?",
    "nothing_free": "Nothing is free then, I am afraid. What other day would suit you?",
    "moved": "Your appointment for {service} is now on {date} at {time}{with}.",
    "cancelled": "Your appointment for {service} on {date} at {time} is cancelled.",
    "staff_absent": "Nobody is in for that at {time} on {date}. What other time would suit you?",
    "search_given_up": "I could not find a way to fit all of you in at {time} on {date}, I am "
    "afraid. Shall we ring you back about it?",
    "times_with": "{others} {with}",
    "closed": "We are closed at {time} on {date}. What other time would suit you?",
    "too_long": "There is not enough time at {time} on {date}, we close at {until}.",
    "closed_day": "{days} we are closed.",
    "closed_holiday": "{days} we are closed, that is {reason}.",
    "closed_reason": "{days} we are closed because of {reason}.",
    "closed_hours": "{days} we are only open {hours}.",
    "closed_then": "{days} we are closed at that time.",
    "closed_already": "{days} we are closed by then.",
    "staff_away": "{staff} is not in at {time} on {date}, I am afraid.",
    "staff_away_day": "{days} {staff} is not in, I am afraid.",
    "nobody_day": "{days} nobody is in for that, I am afraid.",
    "full_day": "{days} nothing is free for {service} any more, I am afraid.",
    "full_staff": "{days} nothing is free for {service} with {staff} any more, I am afraid.",
    "given_up_day": "{days} I could not find a time for all of you, I am afraid.",
    "too_soon_day": "{days} is too soon for that, I am afraid.",
    "past_day": "{days} that time is already over.",
    "too_far_day": "We do not book {date} yet, only up to {ahead} days ahead.",
    "staff_cannot_that": "{staff} does not do {service}, but you can have it with {people}.",
    "unknown_staff_that": "Nobody of that name works here, but you can have {service} with "
    "{people}.",
    "which_other_time": "What other time would suit you?",
    "ring_you_back": "Shall we ring you back about it?",
    "which_branch": "Which branch would you like to come to, {branches}?",
    "one_branch_each": "One visit is at one branch, for several people as well. Which one would "
    "you like to come to, {branches}?",
    "only_branch": "We only do that here: {branches}. Does that suit you?",
    "at_branch": "at the {branch} branch",
    "at_named_branch": "at the {branch}",
    "at_named_place": "at {branch}",
    "which_staff": "Do you mean {people}?",
    "too_soon": "{date} at {time} is too soon, I am afraid. What other time would suit you?",
    "too_far": "We do not book that far ahead yet. What earlier time would suit you?",
    "off_step": "No appointment starts at {time} here. What other time would suit you?",
    "too_late_to_change": "That cannot be changed any more at such short notice, I am afraid.",
    "too_many_holds": "I cannot keep a time for that at the moment, I am afraid. Shall somebody "
    "ring you back?",
    "transfer": "Of course, I will put you through.",
    "nobody_answers": "Nobody can come to the phone just now, I am afraid.",
    "customer_needed": "I still need a name or a telephone number for that.",
    "ask_customer": "What name may I book it under, and what number can we reach you on?",
    "holds_off": "I cannot keep a time just now, but I can book it at once. Shall I do that?",
    "appointment_cancelled": "That appointment has been cancelled already.",
    "in_the_past": "{date} at {time} is already over. What other time would suit you?",
    "unknown_service": "We do not offer that service. What else may it be?",
    "unknown_staff": "Nobody of that name works here. May it be someone else as well?",
    "staff_cannot": "Someone else does that service here. Is that all right?",
    "visit_too_large": "That is more than I can enter at once, I am afraid. Shall we ring you back "
    "about it?",
    "not_combined": "We do not do {service} in one appointment, I am afraid. Which of them would "
    "you like?",
    "add_on_alone": "We only do {service} together with something else. What else may it be?",
    "reservation_expired": "That time was unfortunately no longer kept for you. Shall I look "
    "again?",
    "reservation_cancelled": "That time is no longer kept for you. Shall I look again?",
    "released": "All right, I am no longer keeping a time for you. Is there anything else?",
    "customer_known": "How nice of you to call again. What can I do for you?",
    "customer_unknown": "What can I do for you?",
    "appointments": "I see {others}.",
    "no_appointments": "I find no upcoming appointment under your number.",
    "which_appointment": "Which appointment do you mean, {others}?",
    "which_or_both": "Which appointment do you mean, {others}, or both?",
    "which_of_many": "You have several appointments, the next ones are {others}. What day is the "
    "one you mean on?",
    "if_unsure": "If you do not know, we are happy to ring you back.",
    "stands_then": "Under that name there is already {others}. Shall I leave it, move it, or would "
    "you like one more?",
    "stands_near": "Under that name there is already {others}. Shall I move it to {wished}, would "
    "you like one more, or shall I leave it?",
    "stands_several": "Under that name there are already {others}. Shall I leave them, or would "
    "you like one more?",
    "stands_taken": "Under that name there is already {others}. Shall I leave it, or move it?",
    "stands_or_others": "Under that name there is already {others}. Shall I leave it, or would you "
    "rather have {times}?",
    "stays": "Fine, that leaves {others}.",
    "taken_over": "Your newer call has taken that appointment already.",
    "identify": "What name is the appointment under, or when is it?",
    "identify_withheld": "What name is the appointment under, and on what day and at what time is "
    "it?",
    "not_recognised": "I have noted that we ring you back. With the name, the day and the time of "
    "the appointment I can do it now.",
    "not_identified": "I cannot find the appointment that way, I am afraid. Please tell me the "
    "name, the day and the time, or shall we ring you back?",
    "callback_requested": "I have noted that we ring you back, you will hear from us.",
    "ask_customer_phone": "What number can we reach you on?",
    "services": "We offer {service}, for example. What is it you would like?",
    "service_info": "{service} takes about {duration} and costs {price}.",
    "service_duration": "{service} takes about {duration}.",
    "opening_hours": "We are open {hours}.",
    "open_on": "On {date} we are open {hours}.",
    "closed_on": "On {date} we are closed.",
    "date": "That is {date}.",
    "unknown_reservation": "I have not kept that time. Shall I look again?",
    "unknown_part": "That is not part of this appointment, I am afraid.",
    "unknown_appointment": "I cannot find that appointment, I am afraid.",
    "nothing_held": "No time has been chosen yet. What day and time would suit you?",
    "which_one": "Which of the times that I named would you like?",
    "call_ended": "This conversation is already over.",
    "ask_service": "What service would you like an appointment for?",
    "ask_date": "What day would you like to come?",
    "ask_time": "What time would you like to come?",
    "ask_past": "That is already over. What other time would suit you?",
    "ask_past_year": "That is already over. What other time would suit you?",
    "ask_invalid_date": "There is no such day. What day would you like to come?",
    "ask_invalid_time": "There is no such time. What time would you like to come?",
    "ask_no_such_time": "That time does not exist on that day, as the clocks change. When else?",
    "ask_unclear": "On what day and at what time would you like to come?",
    "which_service": "Do you mean {service}?",
    "which_service_for": "What would it be for {whom}: {service}?",
    "ask_service_for": "What would it be for {whom}?",
    "only_the_rest": "We do not offer {wish}, I am afraid. Shall I take just {service}?",
    "not_offered": "We do not offer {wish}, I am afraid. What else may it be?",
    "how_many_people": "How many people is it for?",
    "whose_services": "{service}: who is having which of them?",
    "how_side_by_side": "side by side",
    "how_one_after_another": "one after the other",
    "how_mixed": "partly side by side",
    "held_visit": "{date} at {time} is free{with} for {service}, {how}until {until}. I am keeping "
    "it for you. Does it suit you?",
    "available_visit": "{date} at {time} is still free{with} for {service}, {how}until {until}. "
    "Does that suit you?",
    "booked_visit": "Your appointment for {service} on {date} at {time}{with} is booked, "
    "{how}until {until}.",
    "moved_visit": "Your appointment for {service} is now on {date} at {time}{with}, {how}until "
    "{until}.",
    "part_cancelled": "{service} is cancelled.",
    "the_rest_stays": "What stays is {others}{cost}.",
    "and_costs": ", for {price}",
    "free_between": "There is a gap from {time} to {until}.",
    "first_stays": "{service} at {time} is still held for you.",
    "not_a_part": "That is not part of your appointment. What is booked is {service}.",
    "which_part_to_cancel": "Which of it shall I cancel, {others}?",
    "which_part_to_move": "Which of it shall I move, {others}?",
    "besides_or_instead": "Would you like {more} as well as {service}, or instead?",
    "which_time": "Do you mean {others}?",
    "ask_customer_name": "What name may I put the appointment under?",
    "no_such_time": "That time does not exist on that day, as the clocks change. When else?",
    "ambiguous_time": "That time comes twice on that day, as the clocks change. When else?",
    "invalid_input": "I did not understand that. Could you say it again?",
    "unknown_tool": "I am afraid I cannot do that.",
    "try_again": "One moment, that did not work just now. I will try again.",
    "outcome_unknown": "One moment, I am still checking whether that worked.",
}


def spoken_date(at: date) -> str:
    """Say Friday, March 5th."""
    weekday, month = VOCABULARY.weekdays[at.weekday()], VOCABULARY.months[at.month - 1]
    return f"{weekday}, {month} {ordinal(at.day)}"


def ordinal(number: int) -> str:
    """Write an ordinal in digits: 1st, 22nd, 13th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def spoken_time(at: datetime | time) -> str:
    """Say half past three in the afternoon."""
    if not at.minute and at.hour in (0, 12):
        # "Midnight" could be the beginning or the end of the day.
        return "noon" if at.hour else "twelve o'clock at night"
    part = "morning" if at.hour < 12 else "afternoon" if at.hour < 18 else "evening"
    return f"{_clock(at.hour, at.minute)} in the {part}"


def _clock(hour: int, minute: int) -> str:
    """As people tell it: half past two, ten past ten, quarter to eight."""
    spell = VOCABULARY.spell
    name, next_name = spell(hour % 12 or 12), spell((hour + 1) % 12 or 12)
    if minute == 0:
        return f"{name} o'clock"
    if minute == 30:
        return f"half past {name}"
    if minute % 5:
        if minute == (hour % 12 or 12):  # "eleven eleven" would sound like a stutter
            return f"{name} minutes past {name}"
        return f"{name} {'oh ' if minute < 10 else ''}{spell(minute)}"
    past = minute < 30
    away = minute if past else 60 - minute
    away_name = "quarter" if away == 15 else spell(away)
    return f"{away_name} past {name}" if past else f"{away_name} to {next_name}"


LANGUAGE = Speech(
    vocabulary=VOCABULARY,
    sentences=SENTENCES,
    say_date=spoken_date,
    say_time=spoken_time,
    on_date="on",
    at_time="at",
    conjunction="and",
    disjunction="or",
    hour=("one hour", "hours"),
    minute=("one minute", "minutes"),
    hours_from_to="from {} to {}",
    days_from_to="{} to {}",
    days_all="from {} to {}",
    midnight="midnight",
    currencies={"EUR": "euros", "CHF": "francs"},
    price_with_cents="{whole} {unit} and {cents} cents",
    with_staff="with {}",
    for_person=(
        *("for the first person", "for the second person"),
        *("for the third person", "for the fourth person"),
    ),
    booked_as=(
        *("the one you booked first", "the one you booked next"),
        "the one you booked last",
    ),
)
