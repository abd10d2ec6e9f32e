"""What browser tests share to look at pages: the images that are kept, and errors on demand."""

import os
from pathlib import Path

from django.template.loader import render_to_string
from playwright.sync_api import Page, Route

# Where images are kept for whoever wants to look at them, if anywhere.
FOLDER = os.environ.get("PASSERELLE_SCREENSHOTS", "")
TALLEST = 6000


def keep(window: Page, name: str) -> str:
    """Keep the whole page as an image where that is asked; the name of the file."""
    file = f"{name}.jpg"
    if FOLDER:
        width = window.evaluate("window.innerWidth")
        tall = window.evaluate("document.documentElement.scrollHeight")
        window.screenshot(
            path=Path(FOLDER, file),
            type="jpeg",
            quality=80,
            full_page=True,
            clip={"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)},
        )
    return file


def show_errors(window: Page) -> None:
    """Have …/error-500/ and …/error-503/ give what readers get when the site itself fails."""
    window.route("**/error-*/", _show_error)


def _show_error(route: Route) -> None:
    number = route.request.url[-4:-1]
    route.fulfill(body=render_to_string(f"{number}.html"), content_type="text/html")
