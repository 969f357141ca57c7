"""Options that belong together: a command takes them as one value."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any


def with_options(group: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Pass a command, as its first argument, a dataclass whose fields are options.

    Typer reads the options from a command's signature, which shows the fields instead of the
    argument.
    """
    options = signature(group, eval_str=True).parameters

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        _, *others = signature(command, eval_str=True).parameters.values()
        shown = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in (*others, *options.values())]

        @wraps(command)
        def called(**values: Any) -> None:
            command(group(**{name: values.pop(name) for name in options}), **values)

        called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
        called.__signature__ = Signature(shown)  # type: ignore[attr-defined]
        return called

    return decorate
