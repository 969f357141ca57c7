"""How a branch is said and told, where a company has several."""

from __future__ import annotations

from uuid import UUID

from slotkeeper.domain.catalogue import Branch, Company
from slotkeeper.language.say.spoken import say

# Names that stand behind "in der" as they are, and those behind "im".
_FEMININE = ("zentrale", "filiale", "stelle", "niederlassung")
_OTHERS = ("salon", "studio", "laden", "haus", "standort")


def branch_name(company: Company, branch: Branch) -> str:
    """Name a branch without the company's own name."""
    short = branch.name.removeprefix(company.name).strip(" -,\u2013")
    return short or branch.name


def branch_fact(company: Company, staff_id: UUID | None) -> dict[str, object]:
    """Give the fact of the branch at which a person works; nothing where there is only one."""
    branch = _branch_of(company, staff_id)
    return {"branch": branch.name} if branch is not None else {}


def spoken_place(company: Company, staff_id: UUID | None) -> str:
    """Say at which branch a person works, with a space before it; "" where there is only one."""
    branch = _branch_of(company, staff_id)
    if branch is None:
        return ""
    name = branch_name(company, branch)
    words = name.casefold().split()
    key = "at_branch"
    if any(word.endswith(_FEMININE) for word in words):
        key = "at_named_branch"
    elif any(word in _OTHERS for word in words):
        key = "at_named_place"
    return " " + say(key, company.locale, words={"branch": name})


def _branch_of(company: Company, staff_id: UUID | None) -> Branch | None:
    member = company.staff_by_id(staff_id) if staff_id else None
    if member is None or len(company.branches) < 2:
        return None
    return next((each for each in company.branches if each.id == member.branch_id), None)
