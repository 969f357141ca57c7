"""Which appointments are a caller's: those of this very call, and those the caller has proven.

A number is a hint, not proof. Nothing of an appointment is told, not even that there is one, before
one fact that was not told: with the number that rings the name or the day, with any other number or
none the name, the day and the time. What is said in one breath is one comparison with each
appointment, right or wrong, and the database counts it in the statement that reads them: three a
day. An answer is the same where nothing fits, where nothing may be compared any more, and where
there is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zlib import crc32

from slotkeeper.domain.booked_visit import BookedVisit, booked_visits
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.walltime import to_instant
from slotkeeper.language.people.names import one_name, same_person, surname_sounds
from slotkeeper.language.people.phones import understand_phone
from slotkeeper.language.people.staff import understand_staff
from slotkeeper.language.replies.reply import understand_place
from slotkeeper.language.say.spoken import say
from slotkeeper.language.when import When, Window
from slotkeeper.storage.appointments import SaidFacts
from slotkeeper.tools.arguments import number
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.meant_parts import meant_parts
from slotkeeper.tools.open_days import days_of
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wording import ToolAnswer

# How many of a number's appointments are read.
LOOKED_AT = 50
# A cancellation is repeated within this where its answer was lost.
REPEATED_WITHIN = timedelta(minutes=15)
# "Samstag" is this one or the next; whoever names more days guesses.
MOST_DAYS = 2
# Surnames are counted by bucket, so that no row tells a name.
NAME_BUCKETS = 4096


@dataclass(frozen=True, slots=True)
class CallerFacts:
    """What a caller has said to prove which appointment is meant: a name, and when it is."""

    name: str | None
    when: When

    @property
    def days(self) -> list[date]:
        """The day that was said; two where it may be either; none where it may be any of many."""
        sure = self.when.date is not None or self.when.reason == "ambiguous_date"
        days = days_said(self.when) if sure else []
        return days if len(days) <= MOST_DAYS else []

    @property
    def say_nothing(self) -> bool:
        """Whether neither a name nor a day was said."""
        return self.name is None and not self.days

    def starts(self, request: ToolRequest) -> list[datetime]:
        """The instants that a day and a time of day mean together; none without both."""
        if self.name is None or self.when.time is None:
            return []
        walls = [datetime.combine(day, self.when.time) for day in self.days]
        try:
            return [to_instant(wall, request.company.zone) for wall in walls]
        except (Refusal, OverflowError):  # a time that the clocks skip or repeat, the end of time
            return []

    def counted(self, request: ToolRequest) -> SaidFacts:
        """Give what is counted; nothing where what was said proves nothing."""
        starts = self.starts(request)
        if not starts and (caller_number(request) is None or self.say_nothing):
            return SaidFacts()
        buckets = [
            f"{crc32(each.encode()) % NAME_BUCKETS}" for each in surname_sounds(self.name or "")
        ]
        return SaidFacts(max(len(self.days), 1), tuple(starts), tuple(buckets) if starts else ())

    def fit(self, appointment: Appointment, request: ToolRequest) -> bool:
        """Whether what was said proves an appointment with which it may be compared.

        Where a name was said, it decides: whoever gives the right one may be wrong about the day.
        """
        if self.name is not None:
            return same_person(self.name, appointment.customer_name)
        local = appointment.starts_at.astimezone(request.company.zone)
        return local.date() in self.days and self.when.time in (None, local.time())


@dataclass(frozen=True, slots=True)
class CallerAppointments:
    """A caller's appointments that are still to come, by their start; cancelled ones too.

    ``own`` were booked in this very call; of the ``proven`` the call has given a second fact.
    ``beside`` are others that may belong to one of their visits, and are told to nobody.
    """

    own: tuple[Appointment, ...]
    proven: tuple[Appointment, ...]
    beside: tuple[Appointment, ...]

    @property
    def told(self) -> list[Appointment]:
        """All that stand and of which the caller may hear, by their start."""
        return _standing(self.own + self.proven)

    @property
    def standing(self) -> list[Appointment]:
        """All that stand, by their start."""
        return _standing(self.own + self.proven + self.beside)


def caller_facts(request: ToolRequest, names: tuple[str, str]) -> CallerFacts:
    """Give the facts that a request states, the day and time in the arguments of these names."""
    said = WishText(date=request.argument(names[0]), time=request.argument(names[1]))
    when = language_of(request.company).understand(said, now=request.now).when
    return CallerFacts(one_name(request.argument("customer_name")), when)


def caller_number(request: ToolRequest) -> str | None:
    """Give the number that rings, never one that was said; None where it is withheld."""
    return understand_phone(request.caller_phone)


async def of_caller(request: ToolRequest, facts: CallerFacts | None = None) -> CallerAppointments:
    """Read what a caller has booked and is still to come, and what the call talks about.

    The facts are compared with what else may be meant, as often as that is allowed. Extends what
    the call holds.
    """
    context = request.context
    read, topic = await context.store.appointments.of_caller(
        context.company.id,
        context.call.id,
        caller_number(request),
        facts.counted(request) if facts else SaidFacts(),
        limit=LOOKED_AT,
        cancelled_for=REPEATED_WITHIN,
        ttl_s=context.hold_ttl_s,
        now=context.test_now,
    )
    context.conversation.saw(topic)
    context.conversation.renewed = True
    names = (each.appointment.customer_name for each in read)
    context.conversation.known_names.update(name for name in names if name)
    proven = {
        each.appointment.id
        for each in read
        if each.tie == "proven"
        or (facts and each.comparable and facts.fit(each.appointment, request))
    }
    if proven:
        context.conversation.prove(proven)
    coming = [each for each in read if each.appointment.starts_at > request.now]
    own = [each.appointment for each in coming if each.tie == "own"]
    others = [each.appointment for each in coming if each.tie != "own"]
    return CallerAppointments(
        _in_order(own),
        _in_order([each for each in others if each.id in proven]),
        _in_order([each for each in others if each.id not in proven]),
    )


def not_proven(request: ToolRequest, facts: CallerFacts) -> ToolAnswer:
    """Ask for what proves whose appointment is meant; where something was said, offer a callback.

    Nothing in the answer depends on what is booked.
    """
    locale, rings = request.company.locale, caller_number(request) is not None
    missing = ["customer_name", "date"] if rings else ["customer_name", "date", "time"]
    told: dict[str, object] = {"success": False, "missing": missing}
    if not facts.counted(request).count:
        text = say("identify" if rings else "identify_withheld", locale)
        return ToolAnswer("needs_info", text, told)
    told |= {"missing": ["customer_name", "date", "time"], "callback_offered": True}
    return ToolAnswer("not_identified", say("not_identified", locale), told, "not_identified")


def may_change(
    request: ToolRequest, mine: CallerAppointments, when: When, *, status: str = "booked"
) -> list[Appointment]:
    """Give those that may be meant and that this caller may change, of this very call's first."""
    own, proven = (
        [each for each in tied if each.status == status and _matches(each, when, request)]
        for tied in (mine.own, mine.proven)
    )
    return own or proven


def chosen(request: ToolRequest, meant: Sequence[Appointment]) -> list[Appointment]:
    """Narrow several appointments by what the caller said when asked which one is meant.

    They are numbered as they were said: by their start, and those that start together as they
    were booked. "With Emma", "the first one", or a day and time; all of them where it is not clear.
    """
    said, company = request.argument("which"), request.company
    offers = sorted(meant, key=lambda appointment: (appointment.starts_at, appointment.id))
    if said is None or len(offers) < 2:
        return offers
    served = understand_staff(said, company.staff)
    if isinstance(served, Staff):
        return [each for each in offers if each.staff_id == served.id] or offers
    if (place := understand_place(said)) is not None:
        return [sorted(offers, key=lambda each: each.id)[place]]
    starts = [each.starts_at.astimezone(company.zone) for each in offers]
    language = language_of(company)
    when = language.understand(WishText(text=said), now=request.now, offers=starts).when
    if when.selects is None or not -len(offers) <= when.selects < len(offers):
        return offers
    picked = offers[when.selects]
    # A time of day does not tell apart what starts together; only a place among them does.
    by_time = language.understand(WishText(text=said), now=request.now).when.time is not None
    return [each for each in offers if each.starts_at == picked.starts_at] if by_time else [picked]


def chosen_visits(
    request: ToolRequest, mine: CallerAppointments, meant: Sequence[Appointment]
) -> list[BookedVisit]:
    """Give the visits that are meant, each with all its people, by their start.

    The id of an appointment that is not its visit's first means that person alone.
    """
    ids = {each.id for each in meant}
    known = {each.id: each for each in (*mine.standing, *meant)}
    visits = [each for each in booked_visits(known.values()) if ids & set(each.ids)]
    if len(visits) > 1:
        visits = _with_the_part(request, visits)
    if len(visits) > 1:
        picked = {each.id for each in chosen(request, [each.first for each in visits])}
        visits = [each for each in visits if each.first.id in picked]
    wanted = number(request.args, "appointment_id")
    if len(visits) == 1 and wanted in visits[0].ids and wanted != visits[0].first.id:
        alone = tuple(each for each in visits[0].appointments if each.id == wanted)
        return [BookedVisit(alone)]
    return visits


def _with_the_part(request: ToolRequest, visits: list[BookedVisit]) -> list[BookedVisit]:
    """Keep the visits of which a part was named: "nur die Farbe"; all where that is not clear."""
    together = BookedVisit(tuple(each for visit in visits for each in visit.appointments))
    meant = meant_parts(request, together)
    ids = {each.id for each in meant.appointments}
    return [visit for visit in visits if ids & set(visit.ids)] if meant.kind == "some" else visits


def asked_about(request: ToolRequest) -> list[int]:
    """Give the ids of the appointments of which the caller was asked to choose one."""
    question = request.context.conversation.stored.question
    chosen = question.choices if question and question.about == "appointment" else ()
    return [int(each) for each in chosen]


def days_said(when: When) -> list[date]:
    """Give the days of which one was said: one where it is sure."""
    if when.date is not None:
        return [when.date]
    return days_of(when.candidates) if when.status == "ask" else []


def _in_order(appointments: Sequence[Appointment]) -> tuple[Appointment, ...]:
    return tuple(sorted(appointments, key=lambda appointment: appointment.starts_at))


def _standing(appointments: Sequence[Appointment]) -> list[Appointment]:
    return list(_in_order([each for each in appointments if each.status == "booked"]))


def _matches(appointment: Appointment, when: When, request: ToolRequest) -> bool:
    """Whether an appointment may be the one that the caller speaks of."""
    wanted_id = number(request.args, "appointment_id")
    local = appointment.starts_at.astimezone(request.company.zone)
    days = days_said(when)
    return (
        (not wanted_id or appointment.id == wanted_id)
        and (not days or local.date() in days)
        and (when.time is None or when.time == local.time())
        and (when.window is None or _is_within(local.time(), when.window))
    )


def _is_within(at: time, window: Window) -> bool:
    return (window.starts is None or window.starts <= at) and (
        window.ends is None or at <= window.ends
    )
