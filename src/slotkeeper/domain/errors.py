"""Everything that Slotkeeper raises on purpose, as a tree.

    SlotkeeperError
    ├── Refusal                     a legitimate no; has a code and facts, nothing broke
    │   ├── NotFound                nothing of that name or id belongs to this company
    │   │   ├── UnknownService
    │   │   ├── UnknownStaff
    │   │   ├── UnknownCalendar
    │   │   ├── UnknownReservation
    │   │   ├── UnknownAppointment
    │   │   ├── UnknownPart
    │   │   └── UnknownAbsence
    │   ├── SlotTaken               someone else's hold or appointment covers the time
    │   ├── StaffCannot             that person does not do that service
    │   ├── VisitTooLarge           more people or services than one visit can have
    │   ├── NotCombined             these services are not done in one visit
    │   ├── AddOnAlone              that service is only done together with another
    │   ├── StaffAbsent             that person, or everyone, is away then
    │   ├── SearchGivenUp           a time for several people was not found, and may exist
    │   ├── Closed                  not within opening hours, or a closed day
    │   ├── InThePast               the wished time is over
    │   ├── TooSoon                 less notice than the company asks for
    │   ├── TooFar                  further ahead than the company books
    │   ├── OffStep                 appointments do not start at this time of day
    │   ├── TooLateToChange         less notice than a change or a cancellation needs
    │   ├── TooManyHolds            this caller, or all callers together, hold too much
    │   ├── CustomerNeeded          nobody can be booked without a name, or a number
    │   ├── HoldsOff                the company's holds are switched off
    │   ├── AppointmentCancelled    a cancelled appointment cannot be moved
    │   ├── AppointmentsStand       who is to be erased has appointments to come
    │   ├── ReservationExpired      the hold died before the caller said yes
    │   ├── ReservationCancelled    somebody ended the hold; says why
    │   ├── CallEnded               the caller has hung up
    │   ├── NoSuchTime              the clocks are put forward over this time
    │   ├── AmbiguousTime           the clocks are put back: this time comes twice
    │   ├── ClockRefused            only a sandbox company may have a test clock
    │   ├── KeyReused               an idempotency key came with another request before
    │   ├── InvalidInput            a field cannot be understood; says which and why
    │   ├── CatalogueRefused        a company's file has problems; lists each with its line
    │   ├── ImportHeldBack          would free more than half of a source's busy time
    │   ├── CalendarFileRefused     a calendar file cannot be read; says which line and why
    │   ├── TooManyRequests         more than a company, key, line, caller or address may send
    │   ├── NotJson                 a request's body is not JSON
    │   ├── TooLarge                a request's body is larger than the server reads
    │   ├── NoRoom                  the server keeps as many large bodies as it may
    │   ├── WrongMediaType          a request's body is not declared as JSON
    │   ├── Unauthorized            a request has no valid key
    │   └── ScopeMissing            its key may not do this
    └── Fault                       something broke; asking again may help
        ├── StorageUnavailable      PostgreSQL did not answer in time, or not at all
        ├── OutcomeUnknown          the answer to a commit was lost: ask again to learn it
        ├── Outdated                a request was decided by what is no longer true
        │   ├── CatalogueChanged    a company's catalogue changed meanwhile
        │   └── StandingChanged     another call of the same number has booked meanwhile
        ├── TooBusy                 more of the company's requests wait than can be answered
        └── NotIsolated             the database role could see other companies' rows

A test holds this tree against the classes. Those that only one room raises are defined there. Codes
are stable and public; a table each gives their statuses and sentences.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal


class SlotkeeperError(Exception):
    """Anything that Slotkeeper raises on purpose."""

    code: ClassVar[str]

    def facts(self) -> dict[str, object]:
        """Give what a program needs to react, without personal data. Instants are aware."""
        return {}


class Refusal(SlotkeeperError):
    """A legitimate no; the attributes that a kind of refusal keeps are its facts."""

    def facts(self) -> dict[str, object]:
        """Give the attributes by their names."""
        return dict(vars(self))


class NotFound(Refusal):
    """Nothing of that name or id belongs to this company."""

    code = "not_found"


class UnknownService(NotFound):
    """The company offers no such service."""

    code = "unknown_service"


class UnknownStaff(NotFound):
    """Nobody of that name or id works here."""

    code = "unknown_staff"


class UnknownReservation(NotFound):
    """No reservation of this company, or of this call, has that token."""

    code = "unknown_reservation"


class UnknownAppointment(NotFound):
    """No appointment of this company has that id."""

    code = "unknown_appointment"


class UnknownPart(NotFound):
    """The appointment has no part of these numbers, or has it no longer."""

    code = "unknown_part"


class UnknownCalendar(NotFound):
    """No person, room or device of the company has a calendar of that key."""

    code = "unknown_calendar"


class UnknownAbsence(NotFound):
    """No absence of this company has that id."""

    code = "unknown_absence"


class SlotTaken(Refusal):
    """Another reservation or appointment already covers this time."""

    code = "slot_taken"

    def __init__(
        self,
        blocked_by: Literal["hold", "appointment", "busy", "newer_call"],
        blocked_until: datetime | None = None,
    ) -> None:
        """Keep what is in the way and, for a hold, until when at most.

        ``newer_call``: a newer call of the same caller took over what this call held there.
        """
        super().__init__(f"slot taken by {blocked_by}")
        self.blocked_by = blocked_by
        self.blocked_until = blocked_until


class StaffCannot(Refusal):
    """That person does not perform that service."""

    code = "staff_cannot"


class VisitTooLarge(Refusal):
    """The visit has more people, or more that is done for them, than one visit can have."""

    code = "visit_too_large"

    def __init__(self, max_people: int, max_claims: int) -> None:
        """Keep how many people, and how many segments and rooms, one visit can have."""
        super().__init__(f"a visit has at most {max_people} people and {max_claims} claims")
        self.max_people = max_people
        self.max_claims = max_claims


class NotCombined(Refusal):
    """The company does not do these services for one person in one visit."""

    code = "not_combined"

    def __init__(self, services: tuple[str, ...]) -> None:
        """Keep the services' names."""
        super().__init__(f"not done in one visit: {', '.join(services)}")
        self.services = list(services)


class AddOnAlone(Refusal):
    """That service is only done together with another one."""

    code = "add_on_alone"

    def __init__(self, service: str) -> None:
        """Keep the service's name."""
        super().__init__(f"only done with another service: {service}")
        self.service = service


class StaffAbsent(Refusal):
    """That person, or everyone who could, is away at that time."""

    code = "staff_absent"


class SearchGivenUp(Refusal):
    """No time was found for everybody of the visit, although there may be one."""

    code = "search_given_up"


class Closed(Refusal):
    """The time lies outside opening hours, or on a closed day."""

    code = "closed"

    def __init__(self, reason: str | None = None) -> None:
        """Keep why the day is closed, where it is the day: a holiday's name, a closure's reason."""
        super().__init__(f"closed: {reason}" if reason else "closed")
        self.reason = reason


class TooSoon(Refusal):
    """The company asks for more notice than this time leaves."""

    code = "too_soon"

    def __init__(self, notice_min: int) -> None:
        """Keep the notice that is asked for, in minutes."""
        super().__init__(f"needs {notice_min} minutes of notice")
        self.notice_min = notice_min


class TooFar(Refusal):
    """The time is further ahead than the company books."""

    code = "too_far"

    def __init__(self, horizon_days: int) -> None:
        """Keep how many days ahead can be booked."""
        super().__init__(f"books at most {horizon_days} days ahead")
        self.horizon_days = horizon_days


class OffStep(Refusal):
    """Appointments do not start at this time of day."""

    code = "off_step"

    def __init__(self, step_min: int) -> None:
        """Keep the step in minutes, counted from midnight."""
        super().__init__(f"starts every {step_min} minutes")
        self.step_min = step_min


class TooLateToChange(Refusal):
    """It is too late to change or cancel this appointment."""

    code = "too_late_to_change"

    def __init__(self, notice_min: int) -> None:
        """Keep the notice that is asked for, in minutes."""
        super().__init__(f"needs {notice_min} minutes of notice")
        self.notice_min = notice_min


class TooManyHolds(Refusal):
    """This caller, or all callers together, hold as much as the company allows."""

    code = "too_many_holds"


class CustomerNeeded(Refusal):
    """The company books nobody without a name, a number, or one of them."""

    code = "customer_needed"

    def __init__(self, needed: str, missing: tuple[Literal["name", "phone"], ...]) -> None:
        """Keep the company's rule, and what of the customer is missing."""
        super().__init__(f"needs {needed.replace('_', ' ')}")
        self.needed = needed
        self.missing = missing


class HoldsOff(Refusal):
    """Holds are switched off for this company: list free times, and book at once."""

    code = "holds_off"


class AppointmentCancelled(Refusal):
    """A cancelled appointment cannot be moved."""

    code = "appointment_cancelled"


class InThePast(Refusal):
    """The wished time is over."""

    code = "in_the_past"


class ReservationExpired(Refusal):
    """The hold expired before it was converted."""

    code = "reservation_expired"


class ReservationCancelled(Refusal):
    """Somebody ended the hold before it was converted."""

    code = "reservation_cancelled"

    def __init__(self, reason: str) -> None:
        """Keep why it ended: released, superseded, taken_over, not_chosen, call_ended, ..."""
        super().__init__(f"reservation cancelled: {reason}")
        self.reason = reason


class CallEnded(Refusal):
    """The caller has hung up; nothing more is held for this call."""

    code = "call_ended"


class NoSuchTime(Refusal):
    """The clocks are put forward over this wall-clock time."""

    code = "no_such_time"


class AmbiguousTime(Refusal):
    """The clocks are put back: this wall-clock time comes twice."""

    code = "ambiguous_time"

    def __init__(self, candidates: tuple[datetime, datetime]) -> None:
        """Keep both instants, the earlier first."""
        super().__init__("this time comes twice")
        self.candidates = list(candidates)


class ClockRefused(Refusal):
    """Only a sandbox company may be judged by a test clock."""

    code = "test_clock_refused"


class KeyReused(Refusal):
    """The same idempotency key came with another request before."""

    code = "key_reused"


class InvalidInput(Refusal):
    """A field of the request cannot be understood."""

    code = "invalid_input"

    def __init__(self, where: str, why: str) -> None:
        """Name the field and what is wrong with it, never its value."""
        super().__init__(f"{where}: {why}" if where else why)
        self.where = where
        self.why = why

    def facts(self) -> dict[str, object]:
        """Give the field, as a path such as $.start, and what is wrong."""
        return {"field": self.where, "reason": self.why}


class Fault(SlotkeeperError):
    """Something broke."""


class StorageUnavailable(Fault):
    """PostgreSQL did not answer in time, or not at all; nothing was done."""

    code = "storage_unavailable"


class Outdated(Fault):
    """What decided a request is no longer true: nothing was done, and it is decided again."""


class StandingChanged(Outdated):
    """Another call of the same number has booked since it was read what stands for the number."""

    code = "standing_changed"


class TooBusy(Fault):
    """More of the company's requests wait than can be answered in time; nothing was done."""

    code = "too_busy"


class OutcomeUnknown(Fault):
    """The connection broke after the commit was sent, so the change may have been made."""

    code = "outcome_unknown"


def refusals() -> list[type[Refusal]]:
    """List the refusals above that have a code; other rooms may define more of their own."""
    classes = (kind for kind in globals().values() if isinstance(kind, type))
    return [kind for kind in classes if issubclass(kind, Refusal) and "code" in vars(kind)]
