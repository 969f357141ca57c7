"""The conversation of a call: what it talks about, from one tool call to the next.

A request reads the topic together with what it reads anyway (the call's holds, busy time, the
caller's appointments), and it is written together with a hold. Only what changed without a hold
costs a statement of its own, which ``keep_topic`` sends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.topic import Topic
from slotkeeper.storage.appointments import NumberStanding


class Conversation:
    """What one request knows of its call's topic, and what it is to become.

    ``standing`` are the appointments to come of the number that rings that may be spoken of: those
    that the caller has proven, and those with which a name that was said may be compared; without
    what this call has booked, which is ``booked`` as far as it stands. ``known_to_stand`` are the
    ids of all of the number's, told to nobody: what is decided holds only as long as no other call
    of the number has booked.
    ``known_names`` are the names of what was read, so that they are hidden in the call's story.
    ``staff_unsaid``: the request says nothing about the person, so whoever was wished earlier stays
    wished. ``renewed``: the request has renewed what the call holds. ``holds``: what the call has
    held, the oldest first, where it was read. ``topic_unread``: the request was understood without
    the topic, because it says all its parts. ``somebody_stands``: somebody of any number has an
    appointment at a time that the call holds or wishes.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.staff_unsaid = False
        self.renewed = False
        self.topic_unread = False
        self.somebody_stands = False
        self.holds: Sequence[AppointmentReservation] = ()
        self.standing: tuple[Appointment, ...] = ()
        self.booked: tuple[Appointment, ...] = ()
        self.known_to_stand: list[int] | None = None
        self.known_names: set[str] = set()
        self._is_read = False
        self._stored = Topic()
        self._next: Topic | None = None

    @property
    def topic(self) -> Topic:
        """What the call talks about now; nothing, as long as nothing was read or said."""
        return self._stored if self._next is None else self._next

    @property
    def stored(self) -> Topic:
        """What the call talked about before this request, as it was read."""
        return self._stored

    @property
    def unsaved(self) -> Topic | None:
        """The topic that is still to be stored; None where the database has it already."""
        has_it = self._is_read and self._next == self._stored
        return None if has_it else self._next

    def saw_standing(self, standing: NumberStanding) -> None:
        """Note what stands, unless the request has decided by an earlier read already."""
        if self.known_to_stand is None:
            self.standing, self.known_to_stand = standing.told, list(standing.ids)
            self.booked, self.somebody_stands = standing.booked, standing.somebody
            self.known_names.update(standing.names)

    def saw(self, stored: Topic | None) -> None:
        """Note the topic as the database has it.

        Where the request says nothing about the person, the wished person stays in what was said.
        """
        self._is_read, self._stored = True, stored or Topic()
        if self._next is not None and self.staff_unsaid:
            self._next = replace(self._next, staff_ids=self._stored.staff_ids)
        if self._next is not None and not self._next.beside:
            self._next = replace(self._next, beside=self._stored.beside)
        if self._next is not None and self._next.branch_id is None:
            self._next = replace(self._next, branch_id=self._stored.branch_id)
        if self._next is not None:
            self._next = self._next.after(self._stored)

    def say(self, topic: Topic) -> None:
        """Talk about this from now on; what the caller has proven stays proven."""
        self._next = topic.after(self.topic)

    def prove(self, appointment_ids: Collection[int]) -> None:
        """Note that the caller has given a second fact of these appointments."""
        if not set(appointment_ids) <= set(self.topic.proven):
            self._next = self.topic.with_proven(appointment_ids)

    def lift_staff(self) -> None:
        """Wish nobody in particular from now on."""
        self.staff_unsaid = False
        self._next = replace(self.topic, staff_ids=())

    def saved(self) -> None:
        """Note that the database has the topic now, and that a hold was made along with it."""
        self.renewed = True
        if self._next is not None:
            self._is_read, self._stored = True, self._next

    def done(self) -> None:
        """Note that the database has forgotten the topic, because what was wished is done."""
        proven = self.topic.proven
        self._is_read, self._stored, self._next = True, Topic(proven=proven), None
