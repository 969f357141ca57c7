"""What is kept of a tool call in its call's story: nothing that names or reaches a person.

Every text is blackened by what it contains. A name is known by the arguments that give one, in this
tool call or in another of the same call, by an introduction, and by what the number that rings has
booked.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from slotkeeper.domain.catalogue import Company
from slotkeeper.language.people.hiding import HIDDEN, hidden, introduced_names, name_words
from slotkeeper.language.phonetics import latin
from slotkeeper.storage.calls import RecordedToolCall
from slotkeeper.storage.store import Store
from slotkeeper.tools.arguments import plain
from slotkeeper.tools.company_language import language_of
from slotkeeper.tools.parameters import PARAMETERS, PERSONAL
from slotkeeper.tools.registry import tool_named
from slotkeeper.tools.token_sealing import TOKEN_NAMES
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.understanding_json import understanding_json
from slotkeeper.tools.wording import ToolAnswer

Names = frozenset[str]

# The names of so many calls are remembered, of those that were heard last.
MAX_CALLS = 2_000
# More arguments than any tool has; the rest is not looked at.
MAX_ARGUMENTS = 40
# What a story calls a tool that there is not: its name is whatever a model made up.
UNKNOWN_TOOL = "unknown"

# An argument that no tool declares, by whose name its value may be somebody's name.
_MAY_NAME = re.compile(r"name|kund|customer|caller|anrufer|contact|kontakt|person", re.I)
_PERSONAL = {*PERSONAL, *(a for n in PERSONAL if n in PARAMETERS for a in PARAMETERS[n].aliases)}
_DECLARED = {a: p for p in PARAMETERS.values() for a in (p.name, *p.aliases)}
# A date as we write it; a token as it is stored, in a field for tokens alone.
_DATE = re.compile(r"[\d:T+.-]{10,32}")
_STORED_TOKEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAY_BE_A_NAME = re.compile(r"(?<=\S)\s+[A-Z\u00c0-\u00de][\w'-]*")
# An id is shorter than any telephone number with its area code.
_ID_DIGITS = 9


@dataclass(frozen=True, slots=True)
class NamesLearnt:
    """Names that a call has given only now: its earlier texts may hold them."""

    company: Company
    call_id: str
    names: Names


class NamesOfCalls:
    """The words of the names that were given in each call, to hide them in its later texts."""

    def __init__(self) -> None:
        """Know nobody."""
        self._names: OrderedDict[tuple[int, str], Names] = OrderedDict()

    def learn(self, company_id: int, call_id: str, names: Names) -> tuple[Names, bool]:
        """Add names of a call; give all of its names, and whether any of these is new."""
        key = (company_id, call_id)
        before = self._names.pop(key, Names())
        self._names[key] = before | names
        if len(self._names) > MAX_CALLS:
            self._names.popitem(last=False)
        return before | names, not names <= before

    def of(self, company_id: int, call_id: str) -> Names:
        """Give the names that a call has given here."""
        return self._names.get((company_id, call_id), Names())


def story_of(
    name: str, request: ToolRequest, answer: ToolAnswer, took_ms: int, names: Names
) -> RecordedToolCall:
    """Make the journal's entry of a tool call, without the ``names`` that its call has given."""
    notes, call, company = request.notes, request.context.call, request.company
    # What the answer is about, or else what the caller said yes to.
    service = answer.service or notes.accepted
    understood = None
    if notes.understanding:
        understood = understanding_json(notes.understanding, language_of(company))
    arguments = without_personal(name, request.args, names, company)
    said = {"say": answer.say, **answer.impersonal_facts()}
    if _may_tell(said, arguments, names):
        said, understood = (blackened(each, names, company) for each in (said, understood))
    return RecordedToolCall(
        call_id=call.id or "",
        channel=call.channel,
        tool=name if tool_named(name) else UNKNOWN_TOOL,
        arguments=arguments,
        understood=understood,
        status=answer.status,
        answer=said,
        answered_at=request.now,
        took_ms=took_ms,
        cohort=request.context.cohort,
        wish=notes.wish,
        told_free=answer.told_free,
        told_free_staff=answer.told_free_staff,
        refused_start=answer.refused_start,
        refused_staff_id=answer.refused_staff_id,
        reason=answer.reason[:100] if answer.reason else None,
        service_id=service.id if service else None,
        compound=service.is_compound if service else False,
    )


def names_given(request: ToolRequest, answer: ToolAnswer) -> Names:
    """Collect the names that this tool call gives, and those that its caller has booked under."""
    known = answer.facts.get("customer_name")
    names = name_words(known) if isinstance(known, str) else Names()
    for booked_under in request.context.conversation.known_names:
        names |= name_words(booked_under)
    for key, value in list(request.args.items())[:MAX_ARGUMENTS]:
        text = plain(value)
        if text is None:
            continue
        if key in _PERSONAL or (key not in _DECLARED and _MAY_NAME.search(key)):
            names |= name_words(text)
        names |= introduced_names(text, lambda: _words_of(request.company))
    return names


async def blacken_again(store: Store, learnt: NamesLearnt) -> None:
    """Hide the names that a call has given in what was written of it before."""
    company = learnt.company
    changed = []
    for kept in await store.calls.texts(company.id, learnt.call_id):
        arguments = blackened(kept.arguments, learnt.names, company)
        answer = blackened(kept.answer, learnt.names, company)
        if (arguments, answer) != (kept.arguments, kept.answer):
            changed.append(replace(kept, arguments=arguments, answer=answer))
    await store.calls.rewrite(company.id, changed)


def without_personal(
    tool: str, args: Mapping[str, object], names: Names, company: Company
) -> dict[str, object]:
    """Give the arguments that a tool declares, without what names or reaches a person."""
    declared = _declared_by(tool)
    shown: dict[str, object] = {}
    for name, value in list(args.items())[:MAX_ARGUMENTS]:
        text = plain(value) if name in declared or name in _PERSONAL else None
        if text is None:
            continue
        if name in _PERSONAL:
            shown[name] = HIDDEN
        elif _DECLARED[name].kind == "integer" and text.isdigit() and len(text) <= _ID_DIGITS:
            shown[name] = text
        else:
            shown[name] = blackened(text, names, company, name)
    return shown


def blackened(value: Any, names: Names, company: Company, field: str = "") -> Any:
    """Give text of a field, or JSON of it, with [hidden] for what names or reaches a person."""
    if isinstance(value, str):
        is_token = field in TOKEN_NAMES and _STORED_TOKEN.fullmatch(value)
        if is_token or _DATE.fullmatch(value) or value == company.rules.human_number:
            return value
        return hidden(value, names, known=lambda: _words_of(company))
    if isinstance(value, dict):
        return {name: blackened(each, names, company, name) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [blackened(each, names, company, field) for each in value]
    return value


def blackened_reason(why: str, names: Names, company: Company) -> str:
    """Give why a call ended as its platform says it, as far as that is its own word.

    What begins with a capital letter in the midst of a sentence may be a name.
    """
    kept = str(blackened(why, names, company))
    return _MAY_BE_A_NAME.sub(f" {HIDDEN}", kept)[:100]


def _may_tell(said: Mapping[str, object], arguments: Mapping[str, object], names: Names) -> bool:
    """Whether an answer can hold what is hidden: it repeats an argument, or has a known name."""
    if any(HIDDEN in str(text) and name not in _PERSONAL for name, text in arguments.items()):
        return True
    told = latin(str(said)) if names else ""
    return any(name in told for name in names)


@lru_cache(maxsize=256)
def _declared_by(tool_name: str) -> frozenset[str]:
    tool = tool_named(tool_name)
    names = set(tool.parameters if tool else ())
    if "date" in names:
        names.add("datetime")  # which some agents send for day and time together
    return frozenset(a for name in names for a in (name, *PARAMETERS[name].aliases))


@lru_cache(maxsize=256)
def _words_of(company: Company) -> frozenset[str]:
    """Give the words of a company's own names: they name no customer."""
    names = [
        *(service.name for service in company.services),
        *(member.name for member in company.staff),
        *(branch.name for branch in company.branches),
    ]
    return frozenset(word for name in names for word in latin(name).split())
