"""Facts for an agent's first sentence: the day, the hours, whether the caller's number is known."""

from __future__ import annotations

from slotkeeper.language.say.spoken import spoken_date, spoken_time, weekday_name
from slotkeeper.tools.customers import check_customer
from slotkeeper.tools.information import hours_of
from slotkeeper.tools.tool import ToolRequest


async def greeting(request: ToolRequest) -> dict[str, str]:
    """Give the facts as strings, because platforms take no other variables."""
    company, local = request.company, request.local_now
    today = hours_of(company, local.date())
    customer = (await check_customer(request)).facts
    return {
        "company": company.name,
        "today": spoken_date(local, company.locale),
        "weekday": weekday_name(local, company.locale),
        "date": local.date().isoformat(),
        "time": spoken_time(local, company.locale),
        "timezone": company.zone.key,
        "opening_hours_today": today.say,
        "customer_known": "true" if customer["found"] else "false",
        "customer_name": str(customer.get("customer_name", "")),
        "usual_service": str(customer.get("usual_service", "")),
    }
