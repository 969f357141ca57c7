"""Sorting items into drafts of wishes: ranges, alternatives and corrections.

A draft is one wish as far as it was said. "Freitag um neun, sonst um drei" makes two, and the
second takes over the day of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from slotkeeper.language.when.expressions import (
    ClockItem,
    ClockSpanItem,
    DayItem,
    DayMonth,
    DaySpanItem,
    Edge,
    Item,
    Mark,
    Month,
    Moved,
    PartOfDay,
    Pick,
    SameDay,
    SameTime,
    Soon,
    Vague,
    Week,
    Weekday,
    Zone,
)
from slotkeeper.language.when.lexicon import Tag

# What is bounded like this is no beginning of a span.
_BEGINS_NO_SPAN = {"until", "before", "after", "about"}


@dataclass(slots=True)
class Draft:
    """One wish as far as it was said."""

    days: list[DayItem | DaySpanItem] = field(default_factory=list)
    clocks: list[ClockItem | ClockSpanItem] = field(default_factory=list)
    parts: list[PartOfDay] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    soon: Soon | None = None
    moved: Moved | None = None
    zone: Zone | None = None
    same_time: bool = False
    still: bool = False
    soonest: bool = False

    @property
    def says_day(self) -> bool:
        """Whether it says anything about the day."""
        return bool(self.days or self.soon or self.moved)

    @property
    def says_time(self) -> bool:
        """Whether it says anything about the time."""
        edges = any(edge.bound for edge in self.edges)
        return bool(self.clocks or self.parts or self.soon or self.same_time or edges)

    @property
    def same_day(self) -> bool:
        """Whether it is to be on the day of the appointment that is talked about."""
        return any(isinstance(day, DayItem) and isinstance(day.spec, SameDay) for day in self.days)

    @property
    def wishes_when(self) -> bool:
        """Whether it says more than which offer is taken."""
        return self.says_day or self.says_time or self.soonest

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.says_day or self.says_time or self.picks or self.soonest)

    def take_day(self, other: Draft) -> None:
        """Take over the day of another wish."""
        self.days, self.moved = list(other.days), self.moved or other.moved

    def take_time(self, other: Draft) -> None:
        """Take over the time of another wish."""
        self.clocks, self.parts, self.edges = list(other.clocks), list(other.parts), other.edges
        self.same_time = other.same_time

    def take_missing(self, other: Draft) -> None:
        """Take over the day, the time, or both, as far as nothing was said."""
        if not self.says_day:
            self.take_day(other)
        if not self.says_time:
            self.take_time(other)

    def with_all(self, other: Draft) -> Draft:
        """Join two drafts of the same wish; whether they agree is decided later."""
        return Draft(
            self.days + other.days,
            self.clocks + other.clocks,
            self.parts + other.parts,
            self.edges + other.edges,
            self.picks + other.picks,
            soon=self.soon or other.soon,
            moved=self.moved or other.moved,
            zone=self.zone or other.zone,
            same_time=self.same_time or other.same_time,
            still=self.still or other.still,
            soonest=self.soonest or other.soonest,
        )

    def add(self, item: Item) -> None:
        """Note one item."""
        match item:
            case DayItem() | DaySpanItem():
                self.days.append(item)
            case ClockItem() | ClockSpanItem():
                self.clocks.append(item)
            case PartOfDay():
                self.parts.append(item)
            case Edge():
                self.edges.append(item)
            case Pick():
                self.picks.append(item)
            case Soon():
                self.soon = item
            case Moved():
                self.moved = item
            case Zone():
                self.zone = item
            case SameTime():
                self.same_time = True
            case Mark():
                self.still = self.still or item.has(Tag.STILL)
                self.soonest = self.soonest or item.has(Tag.SOONEST)


@dataclass(slots=True)
class Drafts:
    """The wishes of a text in order.

    ``listed``: only pauses part them, no word such as "oder". ``vague``: the text names days or
    times that are not looked up; ``weakly_vague``: that matters only if nothing else was said.
    """

    wishes: list[Draft]
    listed: bool = False
    vague: bool = False
    weakly_vague: bool = False


def drafts_of(items: Sequence[Item], *, moves: bool = False) -> Drafts:
    """Sort items into wishes."""
    folded = fold_spans(items, moves=moves)
    chapters: list[_Chapter] = [_Chapter()]
    for item in folded:
        if isinstance(item, Mark) and item.has(Tag.CORRECT, Tag.BUT):
            chapters.append(_Chapter())
        else:
            chapters[-1].read(item)
    said = [chapter for chapter in chapters if chapter.finish()]
    vague = [item for item in folded if isinstance(item, Vague)]
    drafts = Drafts([], vague=any(v.strong for v in vague), weakly_vague=bool(vague))
    if said:
        _carry_over(said)
        drafts.wishes, drafts.listed = said[-1].drafts, said[-1].listed
    return drafts


def merge_field(plan: Drafts, more: Drafts) -> None:
    """Add what a form's field says; if there are several wishes, it only fills their gaps."""
    plan.vague = plan.vague or more.vague
    plan.weakly_vague = plan.weakly_vague or more.weakly_vague
    if not plan.wishes:
        plan.wishes, plan.listed = more.wishes, more.listed
    elif len(plan.wishes) == 1 and more.wishes:
        # "neun, sonst fünfzehn Uhr" in the field for the time: each goes with the day.
        plan.wishes = [plan.wishes[0].with_all(wish) for wish in more.wishes]
        plan.listed = more.listed
    else:
        for field_wish in more.wishes[:1]:
            for wish in plan.wishes:
                wish.take_missing(field_wish)


@dataclass(slots=True)
class _Chapter:
    """The drafts of what was said up to a correction."""

    drafts: list[Draft] = field(default_factory=lambda: [Draft()])
    listed: bool = False
    _pause: bool = False
    _linked: bool = False

    def read(self, item: Item) -> None:
        current = self.drafts[-1]
        if isinstance(item, Mark):
            if item.has(Tag.OR, Tag.ELSE) and not current.empty:
                self.drafts.append(Draft())
                self._linked = True
            self._pause = self._pause or item.pause or item.has(Tag.AND)
            current = self.drafts[-1]
        elif self._pause and _repeats(current, item):
            self.drafts.append(Draft())
            self.listed = True
            current = self.drafts[-1]
        if isinstance(item, DayItem | ClockItem | DaySpanItem | ClockSpanItem | PartOfDay):
            self._pause = False
        current.add(item)

    def finish(self) -> bool:
        """Complete the drafts from each other; False if there are none."""
        self.drafts = [draft for draft in self.drafts if not draft.empty]
        self.listed = self.listed and not self._linked
        for index, draft in enumerate(self.drafts):
            others = (*self.drafts[:index][::-1], *self.drafts[index + 1 :])
            later = (*self.drafts[index + 1 :], *self.drafts[:index][::-1])
            if not draft.says_day and (other := _first(others, day=True)):
                draft.take_day(other)
            if not draft.says_time and draft.days and (other := _first(later, day=False)):
                draft.take_time(other)
        _share_firmness(self.drafts)
        if len(self.drafts) > 1:
            _share_stretch(self.drafts)
        return bool(self.drafts)


def _first(drafts: Sequence[Draft], *, day: bool) -> Draft | None:
    return next((d for d in drafts if (d.says_day if day else d.says_time)), None)


def _share_firmness(drafts: Sequence[Draft]) -> None:
    """Let "zehn oder elf Uhr" mean that both are hours of the clock."""
    clocks = [clock for draft in drafts for clock in draft.clocks if isinstance(clock, ClockItem)]
    if len(drafts) > 1 and any(clock.firmness == "clock" for clock in clocks):
        for draft in drafts:
            draft.clocks = [
                replace(clock, firmness="clock")
                if isinstance(clock, ClockItem) and clock.firmness == "bare"
                else clock
                for clock in draft.clocks
            ]


def _share_stretch(drafts: Sequence[Draft]) -> None:
    """Let "nächste Woche Freitag oder Samstag" mean both of that week; a month likewise."""
    days = [day for draft in drafts for day in draft.days if isinstance(day, DayItem)]
    stretches = [day for day in days if isinstance(day.spec, Week | Month)]
    months = [d.spec.month for d in days if isinstance(d.spec, DayMonth) and d.spec.month]
    for draft in drafts:
        specs = [day.spec for day in draft.days if isinstance(day, DayItem)]
        if len(stretches) == 1 and specs and all(isinstance(spec, Weekday) for spec in specs):
            draft.days.append(stretches[0])
        draft.days = [_in_month(day, months[-1]) if months else day for day in draft.days]
    _share_modifier(drafts)


def _share_modifier(drafts: Sequence[Draft]) -> None:
    """Let "next Tuesday or Wednesday" mean both, "this Friday or next Friday" two days."""
    before: Weekday | None = None
    for draft in drafts:
        for index, day in enumerate(draft.days):
            if not isinstance(day, DayItem) or not isinstance(day.spec, Weekday):
                continue
            spec = day.spec
            if before is not None and before.modifier and not spec.modifier:
                spec = replace(spec, modifier=before.modifier)
            elif before is not None and before.number == spec.number and spec.modifier == "next":
                spec = replace(spec, modifier="coming", weeks=1)
            draft.days[index] = replace(day, spec=spec)
            before = spec


def _in_month(day: DayItem | DaySpanItem, month: int) -> DayItem | DaySpanItem:
    if isinstance(day, DayItem) and isinstance(day.spec, DayMonth) and day.spec.month is None:
        return replace(day, spec=replace(day.spec, month=month))
    return day


def _repeats(draft: Draft, item: Item) -> bool:
    """Whether an item is a second wish rather than more about the first."""
    if isinstance(item, ClockItem) and not item.bound:
        return any(isinstance(c, ClockItem) and not c.bound and c != item for c in draft.clocks)
    if isinstance(item, DayItem):
        same = [day.spec for day in draft.days if isinstance(day, DayItem)]
        return any(type(spec) is type(item.spec) and spec != item.spec for spec in same)
    return False


def _kept_stretch(before: Draft, after: Draft) -> list[DayItem | DaySpanItem]:
    """Keep the week of "nächste Woche, am liebsten Freitag"."""
    specs = [day.spec if isinstance(day, DayItem) else None for day in after.days]
    bare = all(isinstance(spec, Weekday) and not spec.modifier for spec in specs)
    if not specs or not bare:
        return []
    return [d for d in before.days if isinstance(d, DayItem) and isinstance(d.spec, Week | Month)]


def _carry_over(chapters: Sequence[_Chapter]) -> None:
    """Complete what follows a correction from what was said before it."""
    for before, chapter in pairwise(chapters):
        last = before.drafts[-1]
        for draft in chapter.drafts:
            draft.days += _kept_stretch(last, draft)
            draft.take_missing(last)


def fold_spans(items: Sequence[Item], *, moves: bool) -> list[Item]:
    """Fold "von zehn bis zwölf", "zwischen Montag und Mittwoch", "10-12" into one item."""
    folded: list[Item] = []
    index = 0
    while index < len(items):
        span = _span(items, index, moves=moves)
        if span is None:
            folded.append(items[index])
            index += 1
        else:
            folded += span[0]
            index = span[1]
    return folded


def _span(items: Sequence[Item], index: int, *, moves: bool) -> tuple[list[Item], int] | None:
    first = items[index]
    if not isinstance(first, DayItem | ClockItem) or first.bound in _BEGINS_NO_SPAN:
        return None
    between: list[Item] = []
    linked = False
    for end in range(index + 1, min(index + 4, len(items))):
        item = items[end]
        if isinstance(item, PartOfDay):
            between.append(item)
        elif isinstance(item, Mark) and not item.pause and not linked:
            link = (Tag.AND,) if first.bound == "between" else (Tag.UNTIL, Tag.TO)
            linked = item.has(*link) and not (moves and item.has(Tag.ONTO))
            if not linked:
                return None
        else:
            is_until = isinstance(item, DayItem | ClockItem) and item.bound == "until"
            if isinstance(item, Mark) or not (linked or is_until):
                return None
            joined = _join(first, item)
            return None if joined is None else ([joined, *between], end + 1)
    return None


def _join(first: Item, last: Item) -> Item | None:
    if isinstance(first, DayItem) and isinstance(last, DayItem):
        return DaySpanItem(first, last)
    if isinstance(first, ClockItem) and isinstance(last, ClockItem):
        return ClockSpanItem(first, last)
    return None
