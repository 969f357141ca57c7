"""Facts for an agent's first sentence: what it may say to whoever rings.

The number that rings is a hint, not proof, so nothing here depends on what is booked for it.
"""

from __future__ import annotations

from slotkeeper.language.say.spoken import spoken_date, spoken_time, weekday_name
from slotkeeper.tools.information import hours_of
from slotkeeper.tools.tool import ToolRequest

# Variables that agents deployed for an earlier release may use: an unfilled one would be spoken.
FORMER = {"customer_known": "false", "customer_name": "", "usual_service": ""}


def greeting(request: ToolRequest) -> dict[str, str]:
    """Give the facts as strings, because platforms take no other variables."""
    company, local = request.company, request.local_now
    today = hours_of(company, local.date())
    return FORMER | {
        "company": company.name,
        "today": spoken_date(local, company.locale),
        "weekday": weekday_name(local, company.locale),
        "date": local.date().isoformat(),
        "time": spoken_time(local, company.locale),
        "timezone": company.zone.key,
        "opening_hours_today": today.say,
    }
