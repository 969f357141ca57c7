"""Run all benchmarks, or those that are named: ``python -m benchmarks availability core``."""

from __future__ import annotations

import sys

from benchmarks import (
    availability,
    conversation,
    core,
    language,
    one_slot,
    path,
    shares,
    under_attack,
)

ALL = {
    "availability": availability.run,
    "core": core.run,
    "language": language.run,
    "conversation": conversation.run,
    "one_slot": one_slot.run,
    "path": path.run,
    "shares": shares.run,
    "under_attack": under_attack.run,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(ALL)}")
        return 1
    for name in names or ALL:
        print(f"\n## {name}")
        ALL[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
