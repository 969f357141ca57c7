import importlib
import pkgutil

import pytest
from starlette.requests import Request
from starlette.routing import Route
from structlog.testing import capture_logs

import slotkeeper
from slotkeeper.domain.errors import (
    Refusal,
    SlotkeeperError,
    StorageUnavailable,
    UnknownReservation,
)
from slotkeeper.domain.locale import LOCALES
from slotkeeper.http.problems import STATUS, answer_error
from slotkeeper.language.say.speech import SPEECH

# Refusals that only a program can meet, never a caller.
NEVER_SPOKEN = {
    "not_found",
    "unknown_calendar",
    "unknown_absence",
    "catalogue_refused",
    "calendar_file_refused",
    "import_held_back",
    "not_json",
    "too_large",
    "no_room",
    "wrong_media_type",
    "unauthorized",
    "scope_missing",
    "appointments_stand",
    "key_reused",
    "test_clock_refused",
    "too_many_requests",
}


def codes(base: type) -> set[str]:
    """The codes of all that is derived from a class, in all modules."""
    for module in pkgutil.walk_packages(slotkeeper.__path__, "slotkeeper."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, todo = set(), [base]
    while todo:
        one = todo.pop()
        todo += one.__subclasses__()
        if "code" in vars(one):
            found.add(one.code)
    return found


def test_every_code_has_an_http_status():
    """Whatever is raised on purpose can be answered over HTTP."""
    assert codes(SlotkeeperError) <= set(STATUS)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_refusal_a_caller_meets_has_a_sentence_in_each_language(locale):
    """Whatever is refused on the phone can be said."""
    assert codes(Refusal) - NEVER_SPOKEN <= set(SPEECH[locale].sentences)


@pytest.mark.parametrize(
    ("error", "status", "logged"),
    [
        (StorageUnavailable("gone"), 503, [{"code": "storage_unavailable", "path": "/v1/x"}]),
        (UnknownReservation(), 404, []),
    ],
)
async def test_only_a_fault_is_logged_with_its_route(error, status, logged):
    """A refusal is an answer like any other."""
    request = Request({"type": "http", "route": Route("/v1/x", answer_error)})
    with capture_logs() as logs:
        response = await answer_error(request, error)
    assert response.status_code == status
    assert logs == [{"event": "fault", "log_level": "error", **entry} for entry in logged]
