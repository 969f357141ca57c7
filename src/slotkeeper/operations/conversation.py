"""The conversation of a call: what it talks about, from one tool call to the next.

A request reads the topic together with what it reads anyway (the call's holds, busy time, the
caller's appointments), and it is written together with a hold. Only what changed without a hold
costs a statement of its own, which ``keep_topic`` sends.
"""

from __future__ import annotations

from dataclasses import replace

from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.topic import Topic


class Conversation:
    """What one request knows of its call's topic, and what it is to become.

    ``standing`` are the appointments to come of the number that rings, without what this call has
    booked; empty without a number. They are those of the request's first read: what is decided by
    them holds only as long as no other call of the number has booked.
    ``staff_unsaid``: the request says nothing about the person, so whoever was wished earlier stays
    wished. ``renewed``: the request has renewed what the call holds.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.staff_unsaid = False
        self.renewed = False
        self._standing: tuple[Appointment, ...] | None = None
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

    @property
    def standing(self) -> tuple[Appointment, ...]:
        """What stands for the number that rings."""
        return self._standing or ()

    @property
    def known_to_stand(self) -> list[int] | None:
        """The ids of what was known to stand when it was decided; None where nobody has looked."""
        return None if self._standing is None else [each.id for each in self._standing]

    def saw_standing(self, standing: tuple[Appointment, ...]) -> None:
        """Note what stands, unless the request has decided by an earlier read already."""
        if self._standing is None:
            self._standing = standing

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

    def say(self, topic: Topic) -> None:
        """Talk about this from now on."""
        self._next = topic

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
        self._is_read, self._stored, self._next = True, Topic(), None
