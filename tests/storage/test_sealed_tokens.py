"""Tokens as they are stored and as they are given out."""

import json
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.sealed_tokens import SealedTokens
from tests.build import TOKENS

OTHERS = SealedTokens(InstallationSecret(bytes(reversed(range(32)))))
stored = st.uuids().map(lambda token: UUID(int=token.int, version=5).hex).map(
    lambda digits: UUID(f"{digits[:12]}8{digits[13:]}")
)  # fmt: skip


@given(stored)
def test_a_sealed_token_leads_back_to_its_own_alone(token):
    """It is a UUID to any client, and never of the kind that is given out as it is stored."""
    sealed = TOKENS.seal(token)
    assert TOKENS.unseal(sealed) == token != sealed
    assert sealed.variant == "specified in RFC 4122"
    assert sealed.version in {1, 2, 3, 5, 6, 7, 8}
    assert OTHERS.seal(token) != sealed
    assert OTHERS.unseal(sealed) != token


@given(st.uuids())
def test_whatever_is_sent_has_one_token_at_most(sent):
    """Two that are sent never mean the same reservation."""
    assert TOKENS.seal(TOKENS.unseal(sent)) == sent


def test_a_former_releases_token_stays_as_it_was_given_out():
    """Its callers go on with what they have."""
    token = uuid4()
    assert TOKENS.seal(token) == TOKENS.unseal(token) == token


@given(stored, st.text())
def test_an_answer_is_sealed_where_it_has_tokens(token, text):
    """Not in another field, nor in what somebody said."""
    said = f'{text} "token":"{token}"'
    answer = {"token": token, "offers": [{"reservation_token": token}], "id": token, "say": said}
    body = json.dumps(answer, default=str, separators=(",", ":")).encode()
    sealed = TOKENS.seal_json(body)
    given_out = str(TOKENS.seal(token))
    assert json.loads(sealed) == {
        "token": given_out, "offers": [{"reservation_token": given_out}], "id": str(token),
        "say": said,
    }  # fmt: skip
    assert TOKENS.unseal_json(sealed) == body
