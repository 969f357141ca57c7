"""What the scopes of API keys allow: the one place where each operation says which it takes."""

from __future__ import annotations

from slotkeeper.http.problems import ScopeMissing
from slotkeeper.storage.directory import Scope

# Booking for callers: by voice, or by a page of one's own.
_CALLERS: tuple[Scope, ...] = ("agent", "desk")
_DESK: tuple[Scope, ...] = ("desk",)

# Operation -> the scopes of which a key needs one; `admin` is enough for each of them.
ALLOWED: dict[str, tuple[Scope, ...]] = {
    "listSlots": ("read", *_CALLERS),
    "makeOffer": _CALLERS,
    "createReservation": _CALLERS,
    "getReservation": _CALLERS,
    "convertReservation": _CALLERS,
    "extendReservation": _CALLERS,
    "cancelReservation": _CALLERS,
    "createAppointment": _CALLERS,
    # Ids can be tried one after another, and each names a customer.
    "getAppointment": ("read", *_DESK),
    "cancelAppointment": _DESK,
    "moveAppointment": _DESK,
    "createAbsence": _DESK,
    "deleteAbsence": _DESK,
    "replaceBusy": ("import", *_DESK),
    "exportCustomer": (),
    "eraseCustomer": (),
    "listTools": ("read", *_CALLERS),
    "callTool": ("agent",),
    "endCall": ("agent",),
    "mcp": ("agent",),
    "vapi": ("agent",),
    "elevenlabs": ("agent",),
    "metrics": ("metrics",),
}


def demand_scope(operation: str, scopes: tuple[Scope, ...]) -> None:
    """Raise ScopeMissing unless one of a key's scopes allows the operation."""
    allowed = ALLOWED[operation]
    if "admin" not in scopes and not set(allowed) & set(scopes):
        raise ScopeMissing(allowed)
