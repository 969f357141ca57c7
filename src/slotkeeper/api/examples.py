"""An example of the body of each operation, as the OpenAPI description shows it."""

from __future__ import annotations

from typing import Any

_START = "2027-03-05T10:00:00+01:00"
_CUSTOMER = {"name": "Anna Alt", "phone": "+4915123984501"}
_HAIRCUT = {"service": "Herrenhaarschnitt", "start": _START}
_WISH = {"service": "Herrenhaarschnitt", "date": "nächsten Freitag", "time": "halb drei"}

# Operation -> body.
EXAMPLES: dict[str, dict[str, Any]] = {
    "createReservation": {**_HAIRCUT, "staff": "emma", "customer": _CUSTOMER},
    "convertReservation": {"customer": _CUSTOMER, "reacquire": True},
    "extendReservation": {"lifetime_s": 300},
    "createAppointment": {
        "parts": [
            {"service": "Ansatzfärbung"},
            {"service": "Damenhaarschnitt"},
            {"service": "Kinderhaarschnitt", "person": 2},
        ],
        "start": _START,
        "customer": _CUSTOMER,
    },
    "moveAppointment": {"start": "2027-03-06T11:30:00+01:00"},
    "listSlots": {
        "service": "Herrenhaarschnitt",
        "from": "2027-03-05T00:00:00+01:00",
        "to": "2027-03-06T00:00:00+01:00",
    },
    "makeOffer": {**_HAIRCUT, "limit": 2},
    "createAbsence": {
        "staff": "emma",
        "from": "2027-03-05T08:00:00+01:00",
        "to": "2027-03-05T18:00:00+01:00",
        "reason": "ill",
    },
    "exportCustomer": {"phone": "+4915123984501"},
    "eraseCustomer": {"phone": "+4915123984501", "name": "Anna Alt", "cancel": True},
    "callTool": {},
    "callCheckAvailability": _WISH,
    "callGetAlternatives": _WISH,
    "callFindNextAvailable": {"service": "Herrenhaarschnitt"},
    "callStartBooking": {**_WISH, "customer_name": "Anna Alt"},
    "callRequestCallback": {"customer_name": "Anna Alt", "reason": "a bridal hairdo"},
}
