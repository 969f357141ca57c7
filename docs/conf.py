"""How the guide is built: `make docs`, without the network, warnings are errors."""

from importlib.metadata import version as installed_version
from pathlib import Path

import slotkeeper.assembly.web  # noqa: F401 - it imports every module that defines an error
from slotkeeper.api.problem_pages import titles
from slotkeeper.http.problems import STATUS

HERE = Path(__file__).parent
project = "Slotkeeper"
author = "The Slotkeeper authors"
copyright = author
release = installed_version("slotkeeper")
version = release
language = "en"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_generated"]

# furo uses the reader's own fonts, so the pages fetch nothing from elsewhere.
html_theme = "furo"
html_title = f"Slotkeeper {release}"
html_copy_source = False
html_show_sphinx = False


def _examples(language: str) -> str:
    """Make a table of each section of the phrases that the tests hold the grammar to."""
    lines = (HERE.parent / "tests" / "language" / f"when-phrases-{language}.txt").read_text("utf-8")
    page: list[str] = []
    for line in lines.splitlines():
        if line.startswith("# ---"):
            page += ["", f"**{line[5:].strip()}**", "", "| said | understood |", "|---|---|"]
        elif " => " in line and page and not line.startswith("#"):
            said, understood = line.split(" => ", 1)
            page.append(f"| {_cell(said)} | {_cell(understood)} |")
    return "\n".join(page) + "\n"


def _cell(text: str) -> str:
    return f"`{text.strip()}`" if "|" not in text and "`" not in text else text.replace("|", "/")


def _codes() -> str:
    """Make a table of all codes, with their HTTP status and the title of each."""
    title = titles()
    rows = (f"| `{code}` | {status} | {title[code]} |" for code, status in STATUS.items())
    return "\n".join(["| code | HTTP status | meaning |", "|---|---|---|", *rows]) + "\n"


def _write_tables(app: object) -> None:
    generated = HERE / "_generated"
    generated.mkdir(exist_ok=True)
    (generated / "codes.md").write_text(_codes(), "utf-8")
    for language in ("de", "en"):
        (generated / f"when-{language}.md").write_text(_examples(language), "utf-8")


def setup(app):  # type: ignore[no-untyped-def]
    """Write the tables of phrases and of codes before Sphinx reads the pages."""
    app.connect("builder-inited", _write_tables)
