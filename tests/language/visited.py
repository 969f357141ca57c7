"""What was understood of a visit, written in one line, and the tables of visits written so."""

from pathlib import Path

from slotkeeper.language.visits.visit_guess import VisitGuess

FOLDER = Path(__file__).parent
CALLER = {"de": "ich", "en": "I"}


def written(guess: VisitGuess, locale: str) -> str:
    """Write a visit as the tables do; see visits-de.txt."""
    if guess.action == "none":
        return "none"
    people = " | ".join(_person(each, locale) for each in guess.people)
    head = "ok" if guess.question is None else f"ask {guess.question}"
    asked = f" {guess.asked}" if guess.question == "service" else ""
    unexplained = " ! " + "; ".join(guess.unexplained) if guess.unexplained else ""
    return f"{head}{asked} {people}{unexplained}"


def _person(person, locale: str) -> str:
    name = CALLER[locale] if person.is_caller else person.who or "?"
    services = "; ".join(service.name for service in person.services)
    return f"{name}: {services}".rstrip()


def visits(locale: str) -> list[tuple[str, str]]:
    """Read a table: what was said, and what is understood."""
    lines = (FOLDER / f"visits-{locale}.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(" => ") for line in lines if line and not line.startswith("#"))
    return [(said.strip(), expected.strip()) for said, _, expected in rows]
