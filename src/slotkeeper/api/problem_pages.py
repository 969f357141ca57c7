"""Pages about the codes of problems: where the ``type`` of a problem leads."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from slotkeeper.domain.errors import NotFound, SlotkeeperError
from slotkeeper.http.connections import SENTENCES
from slotkeeper.http.problems import STATUS, WITHOUT_A_CLASS, problem

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{code}</title>
<h1><code>{code}</code></h1>
<p>{title}</p>
<p>HTTP status {status}. The page <em>Codes</em> of the guide explains the fields.</p>
</html>
"""


def titles() -> dict[str, str]:
    """Give the title of each code whose class is imported, and of those that have none."""
    titles = WITHOUT_A_CLASS | SENTENCES
    kinds = [SlotkeeperError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if "code" in vars(kind):
            titles[kind.code] = (kind.__doc__ or "").splitlines()[0]
    return titles


def problem_routes() -> list[Route]:
    """Make the pages."""

    async def page(request: Request) -> Response:
        code = request.path_params["code"]
        title = titles().get(code)
        if title is None or code not in STATUS:
            return problem(NotFound())
        return HTMLResponse(
            _PAGE.format(code=escape(code), title=escape(title), status=STATUS[code])
        )

    return [Route("/problems/{code}", page)]
