"""The one way in which a telephone number is hashed: with a key of the installation's own.

A plain hash of a number says the number: all mobile numbers of a prefix are tried in minutes.
"""

from __future__ import annotations

import hmac

from slotkeeper.storage.installation_secret import InstallationSecret

# Tells a keyed hash from one that a server of the former release has made.
_KEYED = b"keyd"


def caller_hash(secret: InstallationSecret, caller: str | None) -> bytes | None:
    """Hash a number (E.164), or ``line:`` and the line called, to 32 bytes; None gives None."""
    if caller is None:
        return None
    mac = hmac.digest(secret.sub_key("caller-hash"), caller.encode(), "sha256")
    return _KEYED + mac[len(_KEYED) :]
