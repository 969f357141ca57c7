"""Which branch of a company is wished: said, kept from before, the caller's last, or asked.

Where a company has one branch, or only one does what is wished, nobody is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from slotkeeper.domain.catalogue import Branch, Company, Service, Staff
from slotkeeper.domain.errors import UnknownStaff
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.wish import Wish
from slotkeeper.language.people.staff import staff_said
from slotkeeper.language.phonetics import latin
from slotkeeper.language.say.spoken import MAX_CHOICES, say, spoken_either
from slotkeeper.language.services.wish_words import service_lexicon
from slotkeeper.tools.arguments import flag
from slotkeeper.tools.branch_wording import branch_name
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.customer_and_staff import wished_people
from slotkeeper.tools.open_questions import ask, asked_before
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wording import ToolAnswer, asking

# Kept as the topic's branch once the caller has said that any will do.
ANY_BRANCH = 0
# Where a branch may be named beside the argument for it.
_TEXTS = ("service", "datetime", "date", "time", "new_date", "new_time", "reason")
# Words of a branch's name that tell it from no other, and shorter ones: "am Markt".
_GENERIC = frozenset(("branch", "filiale", "haus", "salon", "shop", "standort", "studio"))
_TELLING_CHARS = 4


@dataclass(frozen=True, slots=True)
class BranchSaid:
    """What a request says about the branch; ``branch`` is the only one that was named."""

    kind: Literal["named", "several", "any", "unknown", "unsaid"]
    branch: Branch | None = None


def branch_said(request: ToolRequest) -> BranchSaid:
    """Tell which branch a request names, by its argument or within what else the caller said."""
    company = request.company
    if len(company.branches) < 2:
        return BranchSaid("unsaid")
    said = request.argument("branch")
    texts = [request.argument(name) or "" for name in _TEXTS]
    if said is not None:
        branch = _only(_named_in(company, said)) or _picked(request, said)
        if branch is not None and asked_before(request, "branch") is not None:
            return BranchSaid("named", branch)
        if branch is None and not _named_in(company, said):
            return BranchSaid("any" if staff_said(said, ()).kind == "anyone" else "unknown")
        texts.append(said if branch is None else branch.name)
    named = {branch.id: branch for text in texts for branch in _named_in(company, text)}
    if not named or _are_alternatives(request, texts):
        return BranchSaid("unsaid")
    branch = _only(tuple(named.values()))
    return BranchSaid("named", branch) if branch is not None else BranchSaid("several")


def needs_the_topic(request: ToolRequest) -> bool:
    """Whether the branch is known only by what the call has said before."""
    open_kinds = ("unsaid", "several")
    return len(request.company.branches) > 1 and branch_said(request).kind in open_kinds


def unclear_branch(request: ToolRequest, services: Sequence[Service]) -> ToolAnswer | None:
    """Ask for the branch where several do what is wished and none is known; None if it is clear.

    A branch that does not do it, or in which the wished person does not work, is not taken for
    another one: those that do are named.
    """
    company, said = request.company, branch_said(request)
    able = _able_branches(request, services)
    if (answer := unclear_new_branch(request, services)) is not None:
        return answer
    is_open = said.kind == "unsaid" and company.rules.which_branch == "ask"
    if is_open and len(able) > 1 and _known(request, able) is None:
        return _ask_which(request, able)
    return None


def unclear_new_branch(
    request: ToolRequest, services: Sequence[Service], purpose: Literal["book", "move"] = "book"
) -> ToolAnswer | None:
    """Ask for the branch where one is named that is unknown or does not do it; else None."""
    said, able = branch_said(request), _able_branches(request, services)
    if said.kind == "several":
        return two_branches(request, services, purpose)
    if said.branch is not None and able and said.branch not in able:
        return _ask_which(request, able, purpose)
    if said.kind == "unknown" and len(able) > 1:
        return _ask_which(request, able, purpose)
    return None


def two_branches(
    request: ToolRequest, services: Sequence[Service], purpose: Literal["book", "move"] = "book"
) -> ToolAnswer | None:
    """Say that a visit is at one branch, and ask which, where several were named; else None."""
    if branch_said(request).kind != "several":
        return None
    able = _able_branches(request, services)
    return _ask_which(request, able, purpose, key="one_branch_each")


def without_branches(company: Company, text: str | None) -> str | None:
    """Leave out what names a branch, so that it is not taken for a service."""
    if text is None or not _named_in(company, text):
        return text
    services = set().union(*(_words(service.name) for service in company.services))
    branches = set().union(*(_words(branch.name) for branch in company.branches))
    names = branches - services - _words(company.name) - _GENERIC
    return " ".join(word for word in text.split() if names.isdisjoint(_words(word.strip(",.!?"))))


def at_wished_branch(request: ToolRequest, wish: Wish) -> Wish:
    """Narrow a wish to the branch that is wished, and keep it for the rest of the call."""
    company, conversation = request.company, request.context.conversation
    if len(company.branches) < 2:
        return wish
    said = branch_said(request)
    if said.kind == "any":
        conversation.say(replace(conversation.topic, branch_id=ANY_BRANCH))
        return wish
    able = _able_branches(request, [part.service for part in wish.parts])
    branch = said.branch or _known(request, able)
    if not isinstance(branch, Branch) or branch not in able:
        return wish
    conversation.say(replace(conversation.topic, branch_id=branch.id))
    return wish.at_branch(company, branch)


def at_said_branch(
    request: ToolRequest, holds: Sequence[AppointmentReservation]
) -> list[AppointmentReservation]:
    """Leave out the holds at another branch than the one that is named with the yes."""
    said = branch_said(request)
    if said.branch is None or request.argument("reservation_token"):
        return list(holds)
    here = {person.id for person in request.company.staff if person.branch_id == said.branch.id}
    return [hold for hold in holds if hold.staff_id in here]


def _able_branches(request: ToolRequest, services: Sequence[Service]) -> list[Branch]:
    """List the branches at which all services are done, by the wished people if there are any."""
    company = request.company
    try:
        people = wished_people(request)
    except UnknownStaff:
        people = ()
    return _serving(company, services, people) or _serving(company, services, ())


def _serving(
    company: Company, services: Sequence[Service], people: Sequence[Staff]
) -> list[Branch]:
    calendars = {person.calendar_id for person in people}
    places = [
        {
            member.branch_id
            for member in company.staff
            if member.id in service.staff_ids and (not people or member.calendar_id in calendars)
        }
        for service in services
    ]
    return [branch for branch in company.branches if all(branch.id in ids for ids in places)]


def _known(request: ToolRequest, able: Sequence[Branch]) -> Branch | Literal["any"] | None:
    """Give the branch that needs no question: the kept one, the only one, or the caller's last."""
    conversation = request.context.conversation
    kept = conversation.topic.branch_id
    if kept is None:
        kept = conversation.stored.branch_id
    if kept == ANY_BRANCH:
        return "any"
    if request.company.rules.which_branch == "ask" and kept is None:
        kept = _last_branch(request)
    if request.company.rules.which_branch == "ask" and len(able) == 1:
        return able[0]
    return next((branch for branch in able if branch.id == kept), None)


def _last_branch(request: ToolRequest) -> int | None:
    """Give the branch of what the caller, as this call has proven, has booked last and stands."""
    conversation = request.context.conversation
    proven = [each for each in conversation.standing if each.id in conversation.topic.proven]
    standing = sorted(proven, key=lambda each: each.id)
    staff_id = standing[-1].staff_id if standing else None
    member = request.company.staff_by_id(staff_id) if staff_id else None
    return member.branch_id if member else None


def _ask_which(
    request: ToolRequest,
    branches: Sequence[Branch],
    purpose: Literal["book", "move"] = "book",
    *,
    key: str = "which_branch",
) -> ToolAnswer:
    company, branches = request.company, branches[:MAX_CHOICES]
    names = [branch_name(company, branch) for branch in branches]
    key = key if len(names) > 1 else "only_branch"
    text = say(key, company.locale, words={"branches": spoken_either(names, company.locale)})
    answer = asking("branch", company, text, candidates=[branch.name for branch in branches])
    choices = [branch.id for branch in branches]
    return ask(request, answer, "branch", choices=choices, purpose=purpose)


def _picked(request: ToolRequest, said: str) -> Branch | None:
    """Give the branch that an answer means by its place: "the second one", or a yes to one."""
    before = asked_before(request, "branch")
    if before is None:
        return None
    by_id = {str(branch.id): branch for branch in request.company.branches}
    branches = [by_id[each] for each in before.choices if each in by_id]
    if len(branches) == 1 and flag(request.args, "branch"):
        return branches[0]
    # Instants that stand for the branches, so that a place among them is understood.
    stand_ins = [request.local_now + timedelta(days=400 + n) for n in range(len(branches))]
    language = language_of(request.company)
    place = language.understand(WishText(text=said), now=request.now, offers=stand_ins)
    index = place.when.selects
    return branches[index] if index is not None and -1 <= index < len(branches) else None


def _only(branches: Sequence[Branch]) -> Branch | None:
    return branches[0] if len(branches) == 1 else None


def _are_alternatives(request: ToolRequest, texts: Sequence[str]) -> bool:
    """Whether either of several branches will do: "Mitte oder Weststadt"."""
    choices = service_lexicon(request.company.locale).choices
    named = (text for text in texts if len(_named_in(request.company, text)) > 1)
    return any(not choices.isdisjoint(latin(text).split()) for text in named)


def _named_in(company: Company, text: str) -> tuple[Branch, ...]:
    """List the branches of which some words are named."""
    spoken = set(latin(text).replace("-", " ").split())
    names = {branch.id: _words(branch.name) for branch in company.branches}
    named = []
    for branch in company.branches:
        others = set().union(*(words for each, words in names.items() if each != branch.id))
        telling = names[branch.id] - others - _words(company.name) - _GENERIC
        telling = {word for word in telling if len(word) >= _TELLING_CHARS} or telling
        is_key = len(branch.key) >= _TELLING_CHARS and latin(branch.key) in spoken
        if is_key or not telling.isdisjoint(spoken):
            named.append(branch)
    return tuple(named)


def _words(name: str) -> set[str]:
    return set(latin(name).replace("-", " ").split())
