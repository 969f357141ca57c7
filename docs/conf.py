"""How the guide is built: `make docs`, without the network, warnings are errors."""

from importlib.metadata import version as installed_version

project = "Slotkeeper"
author = "The Slotkeeper authors"
copyright = author
release = installed_version("slotkeeper")
version = release
language = "en"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

# furo uses the reader's own fonts: nothing is fetched from elsewhere.
html_theme = "furo"
html_title = f"Slotkeeper {release}"
html_copy_source = False
html_show_sphinx = False
