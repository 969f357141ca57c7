import pytest

from slotkeeper.http.signing import (
    ELEVENLABS_WINDOW_S,
    WINDOW_MS,
    elevenlabs_signature,
    retell_signature,
    sign_elevenlabs,
    sign_retell,
)

KEY = "key_test"
NOW_MS = 1_700_000_000_000
BODY = b'{"name":"check_availability","args":{"date":"2026-12-01"},"call":{"call_id":"call_1"}}'
DIGEST = "025f45b73cfeefd9149f2ca1502afc663fc0e0409c1250fd8676ad75f9fcaaea"
HEADER = f"v={NOW_MS},d={DIGEST}"


def is_signed(signature, body, secrets):
    """Whether the header holds and one of the secrets signed the body."""
    return signature is not None and signature.proves(body, secrets)


def test_the_documented_vector_is_made():
    """We sign as Retell signs."""
    assert sign_retell(BODY, KEY, NOW_MS) == HEADER


@pytest.mark.parametrize("off_ms", [0, WINDOW_MS, -WINDOW_MS])
def test_a_true_signature_within_the_window_is_believed(off_ms):
    """Five minutes either way, the last millisecond included."""
    assert is_signed(retell_signature([HEADER], NOW_MS + off_ms), BODY, [KEY])


def test_either_of_two_secrets_may_have_signed():
    """A secret is rotated without a gap."""
    assert is_signed(retell_signature([HEADER], NOW_MS), BODY, ["new_secret", KEY])


@pytest.mark.parametrize(
    ("body", "header", "key", "now_ms"),
    [
        (BODY + b" ", HEADER, KEY, NOW_MS),
        (BODY.replace(b"call_1", b"call_2"), HEADER, KEY, NOW_MS),
        (BODY.replace(b'":"', b'": "'), HEADER, KEY, NOW_MS),
        (BODY, HEADER, "key_other", NOW_MS),
        (BODY, HEADER, KEY, NOW_MS + WINDOW_MS + 1),
        (BODY, HEADER, KEY, NOW_MS - WINDOW_MS - 1),
        (BODY, f"v={NOW_MS + 1},d={DIGEST}", KEY, NOW_MS),
        (BODY, HEADER + " ", KEY, NOW_MS),
        (BODY, HEADER.upper(), KEY, NOW_MS),
        (BODY, DIGEST, KEY, NOW_MS),
        (BODY, "v=,d=", KEY, NOW_MS),
        (BODY, "", KEY, NOW_MS),
    ],
)
def test_anything_else_is_not(body, header, key, now_ms):
    """An altered byte, re-serialised JSON, another key, another time, another form."""
    assert not is_signed(retell_signature([header], now_ms), body, [key])


@pytest.mark.parametrize("headers", [[], [HEADER, HEADER]])
def test_a_request_carries_exactly_one_signature(headers):
    """None and two are refused before the body is read."""
    assert retell_signature(headers, NOW_MS) is None


def test_without_a_secret_nothing_is_signed():
    """A company without a secret cannot be spoken for."""
    assert not is_signed(retell_signature([HEADER], NOW_MS), BODY, [])


SECRET = "wsec_test"
NOW_S = 1_739_537_297
EVENT = b'{"type":"post_call_transcription","data":{"conversation_id":"conv_1"}}'
EVENT_DIGEST = "0364a44bffe197b66d9e20154400f4408960f8034a1005c3ff723256a16e1e8e"
EVENT_HEADER = f"t={NOW_S},v0={EVENT_DIGEST}"


def test_elevenlabs_header_is_made_as_its_library_makes_it():
    """The time, a dot and the body are signed."""
    assert sign_elevenlabs(EVENT, SECRET, NOW_S) == EVENT_HEADER


@pytest.mark.parametrize("off_s", [0, ELEVENLABS_WINDOW_S, -ELEVENLABS_WINDOW_S])
def test_elevenlabs_is_believed_for_half_an_hour(off_s):
    """The last second is included, and either of two secrets may have signed."""
    secrets = ["new_secret", SECRET]
    assert is_signed(elevenlabs_signature([EVENT_HEADER], NOW_S + off_s), EVENT, secrets)


@pytest.mark.parametrize(
    ("body", "header", "secret", "now_s"),
    [
        (EVENT + b" ", EVENT_HEADER, SECRET, NOW_S),
        (EVENT, EVENT_HEADER, "wsec_other", NOW_S),
        (EVENT, EVENT_HEADER, SECRET, NOW_S + ELEVENLABS_WINDOW_S + 1),
        (EVENT, EVENT_HEADER, SECRET, NOW_S - ELEVENLABS_WINDOW_S - 1),
        (EVENT, f"t={NOW_S + 1},v0={EVENT_DIGEST}", SECRET, NOW_S),
        (EVENT, f"t={NOW_S},v1={EVENT_DIGEST}", SECRET, NOW_S),
        (EVENT, f"t={NOW_S * 1000},v0={EVENT_DIGEST}", SECRET, NOW_S),
        (EVENT, EVENT_HEADER.upper(), SECRET, NOW_S),
        (EVENT, EVENT_HEADER + ",v0=" + "0" * 64, SECRET, NOW_S),
        (EVENT, "t=,v0=", SECRET, NOW_S),
        (EVENT, "", SECRET, NOW_S),
    ],
)
def test_any_other_elevenlabs_header_is_not(body, header, secret, now_s):
    """An altered byte, another secret, another time, another form."""
    assert not is_signed(elevenlabs_signature([header], now_s), body, [secret])


def test_without_a_secret_elevenlabs_signs_nothing():
    """A company without a secret cannot be spoken for."""
    assert not is_signed(elevenlabs_signature([EVENT_HEADER], NOW_S), EVENT, [])
