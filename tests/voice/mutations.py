"""Platforms' envelopes with what only needs to be read left as it is, and all else mutated.

Envelopes are text, not values: half a character, NaN and a bare line feed are no value that an
encoder writes.
"""

import json

HALF = r'"Gerne \ud83d"'
# A part by part of what platforms, gateways and their libraries have been seen to send.
ODD = (
    *(HALF, r'"\ude00 \ud83d\ud83d"', r'"\\\ud83d"', r'"a\u0000b"', '"a\nb\tc"', '"\\x41 \\u12"'),
    *("NaN", "-Infinity", "1e999", "9" * 400, "-0.0", "true", "null", '""', "[]", "{}", "0"),
    *('["inbound"]', '{"number": {"number": 7}}', '"{"', '"[1, 2"', r'"{\"a\": \"\ud83d\"}"'),
    *('"' + "ä" * 20_000 + '"', "[" * 3_000 + "]" * 3_000, '{"a":' * 1_500 + "1" + "}" * 1_500),
    *("[" + ",".join(['{"role": "agent", "words": [{"word": "ja"}]}'] * 1_000) + "]",),
    *('"sip:anonymous@anonymous.invalid"', '"+266696687"', '"{{user_number}}"', '"\u202e\ufeff"'),
)
UNKNOWN = ("transcript", "metadata", "retell_llm_dynamic_variables", "artifact", "zzz", "")


def literal(value):
    """A value as JSON text; a dict that holds literals stays an object of them."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{literal(v)}" for k, v in value.items()) + "}"
    return value.text if isinstance(value, Literal) else json.dumps(value)


class Literal:
    """JSON as it is written, valid or not."""

    def __init__(self, text):
        self.text = text


def mutated(envelope, needed, random):
    """Give the envelope as text, with one to four of its fields mutated but the ``needed`` ones.

    ``needed`` are paths such as ``("call", "call_id")``; what leads to them stays an object.
    """
    places = [path for path in paths_of(envelope) if not any(is_on(path, need) for need in needed)]
    changed = envelope
    for path in random.sample(places, min(len(places), random.randint(1, 4))):
        changed = mutate(changed, path, random)
    for _ in range(random.randint(0, 2)):  # an unknown field, wherever an object stands
        beside = random.choice([need[:-1] for need in needed])
        name = random.choice(UNKNOWN)
        if (*beside, name) not in needed:
            changed = with_value(changed, (*beside, name), Literal(random.choice(ODD)))
    return literal(changed)


def paths_of(value, path=()):
    """Every place in an object of objects."""
    for key, inner in value.items():
        yield (*path, key)
        if isinstance(inner, dict):
            yield from paths_of(inner, (*path, key))


def is_on(path, needed):
    """Whether a place leads to a needed one, or is part of it."""
    shorter = min(len(path), len(needed))
    return path[:shorter] == needed[:shorter]


def mutate(envelope, path, random):
    """Drop a field, or put something odd into it."""
    kind = random.randrange(4)
    odd = Literal(random.choice(ODD))
    return without(envelope, path) if kind == 0 else with_value(envelope, path, odd)


def with_value(envelope, path, value):
    """Put a value at a place; where the way there is no object, nothing changes."""
    key, *rest = path
    inner = envelope.get(key)
    if rest and not isinstance(inner, dict):
        return envelope
    return envelope | {key: with_value(inner, rest, value) if rest else value}


def without(envelope, path):
    """Drop what stands at a place."""
    key, *rest = path
    if not rest:
        return {name: value for name, value in envelope.items() if name != key}
    inner = envelope.get(key)
    return envelope | {key: without(inner, rest)} if isinstance(inner, dict) else envelope
