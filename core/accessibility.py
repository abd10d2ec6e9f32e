"""What the last run of the accessibility checks found, for the statement of the site.

`accessibility.json` is written by the browser tests, and is part of the product: what a site states
is what was checked of the version that it serves.
"""

import datetime
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PATH = Path(__file__).with_name("accessibility.json")

# What is checked, by its name in the file, in the words of the statement.
SUBJECTS = {
    "home": _("Home page"),
    "menu": _("Menu, open"),
    "search": _("Search page"),
    "filters": _("Filters of the search, open"),
    "nothing-found": _("Search without a result"),
    "browse": _("Browse"),
    "theme": _("Map of a theme"),
    "practice-sheet": _("Practice sheet"),
    "case-study": _("Case study"),
    "lesson": _("Lesson learned"),
    "versions": _("Versions of a page"),
    "changes": _("What changed between two versions"),
    "selection": _("Selection, side by side"),
    "no-selection": _("Empty selection"),
    "export": _("Choice of a format"),
    "organizations": _("List of organizations"),
    "organization": _("Page of an organization"),
    "decisions": _("Decisions"),
    "about": _("About this site"),
    "accessibility": _("Accessibility statement"),
    "sign-in": _("Sign-in page"),
    "sign-in-refused": _("Sign-in page with an error"),
    "lost-password": _("Lost password"),
    "my-space": _("My space"),
    "notices": _("My notices"),
    "choices": _("My choices of notices"),
    "saved-searches": _("My saved searches"),
    "second-factor": _("Second factor"),
    "propose": _("Proposing: the type"),
    "propose-essentials": _("Proposing: a step"),
    "propose-refused": _("Proposing: a step with errors"),
    "inbox": _("Inbox of a moderator"),
    "review": _("Text to decide on"),
    "forbidden": _("Page that is refused"),
    "not-found": _("Page that is not found"),
    "link-over": _("Link that is over"),
    "error": _("Failure of the site"),
    "unavailable": _("Site that is away for a moment"),
}


@dataclass(frozen=True)
class Checked:
    """One kind of page: how often it was checked, and what was found."""

    label: str | Promise
    states: int
    rules: int
    violations: int


@dataclass(frozen=True)
class Run:
    """One run of the checks."""

    day: datetime.date
    axe: str
    browser: str
    pages: tuple[Checked, ...]

    @property
    def violations(self) -> int:
        """How many times a rule was broken, in all."""
        return sum(page.violations for page in self.pages)

    @property
    def states(self) -> int:
        """How many views of pages were checked, in all."""
        return sum(page.states for page in self.pages)


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return told


def last_run() -> Run:
    """The run of which the results come with this version, in the reader's language."""
    told = _told()
    return Run(
        day=datetime.date.fromisoformat(told["day"]),
        axe=told["axe"],
        browser=told["browser"],
        pages=tuple(
            Checked(str(SUBJECTS[name]), row["states"], row["rules"], row["violations"])
            for name, row in told["pages"].items()
        ),
    )
