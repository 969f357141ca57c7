"""A company's rules: how it holds and books. Every rule is declared here and nowhere else.

A new rule is a field here, a column of the same name in a migration, and the code that uses it.
The file's reader, the queries and the comparison of a file with the database follow the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

NoticeMin = Annotated[int, Meta(ge=0, le=525_600)]
HorizonDays = Annotated[int, Meta(ge=1, le=730)]
# For how long something stays that names a person.
KeepDays = Annotated[int, Meta(ge=1, le=3650)]
# Availability is a map with a bit for every five minutes.
StepMin = Annotated[int, Meta(ge=5, le=240, multiple_of=5)]


# What somebody must have told before a slot is booked for them.
NeededToBook = Literal["name_or_number", "name", "number", "name_and_number", "nothing"]


_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
# To whom callers are handed over who ask for a person, and when somebody answers there.
HumanNumber = Annotated[
    str,
    Meta(
        pattern=r"^\+[1-9][0-9]{6,14}$",
        extra_json_schema={"description": "a number with its country code, such as +493023125038"},
    ),
]
HumanHours = Annotated[
    str,
    Meta(
        pattern=f"^{_TIME}-{_TIME}$",
        extra_json_schema={"description": "hours such as 09:00-17:00"},
    ),
]


class Rules(Struct, frozen=True, kw_only=True):
    """How a company holds and books. Times in the units their names say.

    The bounds are those of a company's file; ``hold_ttl_s`` and ``max_requests_per_min`` None are
    the server's own.
    """

    hold_ttl_s: Annotated[int, Meta(ge=1, le=900)] | None = None
    max_hold_age_s: Annotated[int, Meta(ge=1, le=3600)] = 900
    min_notice_min: NoticeMin = 0
    horizon_days: HorizonDays = 180
    slot_step_min: StepMin = 15
    max_alternatives: Annotated[int, Meta(ge=0, le=3)] = 2
    cancel_notice_min: NoticeMin = 0
    move_notice_min: NoticeMin = 0
    same_staff_in_visit: Literal["preferred", "required"] = "preferred"
    max_holds_per_caller_hour: Annotated[int, Meta(ge=1, le=10_000)] = 12
    max_holds_withheld_hour: Annotated[int, Meta(ge=1, le=10_000)] = 60
    max_held_min_per_day: Annotated[int, Meta(ge=1, le=1440)] = 240
    max_requests_per_min: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    max_new_callers_hour: Annotated[int, Meta(ge=1, le=10_000)] = 60
    needed_to_book: NeededToBook = "name_or_number"
    which_branch: Literal["ask", "any"] = "ask"
    human_number: HumanNumber | None = None
    human_hours: HumanHours | None = None
    keep_unbooked_days: KeepDays = 1
    keep_ended_days: KeepDays = 30
    keep_said_days: KeepDays = 30
    keep_names_days: KeepDays = 400
    keep_events_days: Annotated[int, Meta(ge=30, le=3650)] = 400

    def missing_to_book(self, *, name: bool, phone: bool) -> tuple[Literal["name", "phone"], ...]:
        """List what is still needed to book for a customer with a name, a number, both or neither.

        Where either will do and both are missing, both are listed.
        """
        if self.needed_to_book == "nothing":
            return ()
        if self.needed_to_book == "name_or_number":
            return () if name or phone else ("name", "phone")
        missing: list[Literal["name", "phone"]] = []
        if not name and self.needed_to_book in ("name", "name_and_number"):
            missing.append("name")
        if not phone and self.needed_to_book in ("number", "name_and_number"):
            missing.append("phone")
        return tuple(missing)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Rules:
        """Take the rules out of a row of ``companies``, which has other columns as well."""
        return cls(**{name: row[name] for name in cls.__struct_fields__})
