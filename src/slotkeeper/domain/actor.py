"""Who does what: the history names a kind and an id, never a person's name or number."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["call", "key", "command", "worker"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a call by its id, an API key by its first characters, a command by its name."""

    kind: ActorKind
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


_ACTOR: ContextVar[Actor | None] = ContextVar("actor", default=None)


def act_as(actor: Actor) -> None:
    """Let all that this task does from now on be done by this actor."""
    _ACTOR.set(actor)


def acting() -> Actor:
    """Give who acts in this task; a task that nobody has begun is the worker's."""
    return _ACTOR.get() or Actor("worker")
