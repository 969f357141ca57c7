"""The languages that a company can choose from, and where what belongs to each is found.

A room that speaks or understands holds one file per language, named by its locale. The file
``language/say/de.py`` defines ``LANGUAGE``, all that the room knows of German. A further language
is one more file in each room, and its locale here: no code chooses between languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Literal, TypeVar, get_args

Locale = Literal["de", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)

T = TypeVar("T")


class LanguageRoom(Mapping[Locale, T]):
    """The languages of one room by locale; a file is imported when its language is first used."""

    def __init__(self, package: str, kind: type[T]) -> None:
        """Name the package that holds the files, and the class of each file's ``LANGUAGE``."""
        self.package = package
        self._kind = kind
        self._languages = dict[str, T]()

    def __getitem__(self, locale: Locale) -> T:
        """Give a language. Raises ModuleNotFoundError for one that has no file in this room."""
        if locale not in self._languages:
            language = import_module(f"{self.package}.{locale}").LANGUAGE
            if not isinstance(language, self._kind):
                raise TypeError(f"{self.package}.{locale}.LANGUAGE is no {self._kind.__name__}")
            self._languages[locale] = language
        return self._languages[locale]

    def __iter__(self) -> Iterator[Locale]:
        """Go through the languages that a company can choose."""
        return iter(LOCALES)

    def __len__(self) -> int:
        """Count the languages that a company can choose."""
        return len(LOCALES)
