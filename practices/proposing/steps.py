"""What the short form asks for each type of page, step by step."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage
from practices.proposing.answers import (
    Answer,
    Credit,
    Line,
    Moments,
    Prose,
    Readers,
    Recommendations,
    Short,
    Steps,
    Teller,
    Terms,
    Unnamed,
)

TYPE, ESSENTIALS, DONE, RESULT, READERS, FILES, PREVIEW = range(1, 8)
STEPS: Mapping[int, str | Promise] = {
    TYPE: _("Type"),
    ESSENTIALS: _("Essentials"),
    DONE: _("What was done"),
    RESULT: _("Result and place"),
    READERS: _("Where and for whom"),
    FILES: _("Photos and documents"),
    PREVIEW: _("Check and send"),
}
# The types that can be proposed, by the word of the search and of addresses.
TYPES: Mapping[str, type[KnowledgePage]] = {
    model.type_slug: model for model in (PracticeSheetPage, CaseStudyPage, LessonPage)
}
WHEN_TO_CHOOSE: Mapping[str, str | Promise] = {
    "practice-sheet": _(
        "Something that you do, that works, and that others could do too: how it is done, step "
        "by step."
    ),
    "case-study": _(
        "The story of a project in one place: where you started, what was done, what came of it."
    ),
    "lesson": _(
        "Something that did not go as planned, or went better, and what others can learn from it."
    ),
}

_TITLE_HELP = _("A few words that somebody with the same problem would type in a search.")
_SUMMARY_HELP = _("What it is and what it changes, in two or three sentences (500 characters).")
_LIST_HELP = _("One a line, in the order in which they are done.")
_PARAGRAPHS = _("Leave an empty line between two paragraphs.")
# Asked of all types: under what readers will find it, who they are, and who is thanked for it.
_FOR_READERS: Sequence[Answer] = (
    Terms(
        "themes",
        _("What is it about?"),
        _("One to three themes are enough. The first ones are those of what you wrote."),
        vocabulary="theme",
    ),
    Terms(
        "settings",
        _("In what kind of place?"),
        _("Tick all that apply: readers look first for what was done in a place like theirs."),
        vocabulary="setting",
    ),
    Terms(
        "audiences",
        _("For whom is it useful?"),
        _("Those who would do it or decide on it, and those whom it serves."),
        vocabulary="audience",
    ),
    Readers(
        "sharing_level",
        _("Who may read it once it is published?"),
        _("You can be more careful now and open it later."),
    ),
    Credit(
        "contributions",
        _("Name me as its author"),
        _(
            "Your name and your organization stand on the page and go with it where it is cited. "
            "Without the tick, readers do not see who wrote it."
        ),
    ),
)


def _title(example: str | Promise) -> Line:
    return Line("title", _("Title"), _TITLE_HELP, example, required=True, max_length=150)


def _summary(example: str | Promise) -> Short:
    return Short(
        "summary", _("In short"), _SUMMARY_HELP, example, required=True, max_length=500, rows=3
    )


ASKED: Mapping[type[KnowledgePage], Mapping[int, Sequence[Answer]]] = {
    PracticeSheetPage: {
        ESSENTIALS: (
            _title(_("Peer feedback before handing in a paper")),
            _summary(
                _(
                    "Students read each other’s drafts with a short grid a week before the "
                    "deadline. Papers get better and marking takes less time."
                )
            ),
            Prose(
                "problem",
                _("What problem does it solve, and for whom?"),
                _("A few sentences are enough."),
                _(
                    "In first year, half of the papers are handed in without having been read "
                    "again by anyone, and teachers spend their time on slips."
                ),
                required=True,
            ),
        ),
        DONE: (
            Steps(
                "building_blocks",
                _("What do you do, step by step?"),
                _LIST_HELP,
                _(
                    "Present the grid and try it on an old paper\n"
                    "Form pairs that do not know each other\n"
                    "Give twenty minutes to read and ten to talk"
                ),
                required=True,
                rows=8,
            ),
            Prose(
                "resources",
                _("What does it take?"),
                _("Time, people, material, money: an order of magnitude helps."),
                _("One hour of class, a printed grid, nothing else."),
                rows=3,
            ),
        ),
        RESULT: (
            Prose(
                "results",
                _("What did it change?"),
                _("What you saw or measured; say so too if you do not know yet."),
                _("The number of papers to be written again went from 14 to 5 out of 60."),
                required=True,
            ),
            Prose(
                "original_context",
                _("Where was it done?"),
                _("The place, the people, how many, since when."),
                _("A college of 900 students, two first-year groups, since autumn 2023."),
                rows=3,
            ),
        ),
        READERS: _FOR_READERS,
    },
    CaseStudyPage: {
        ESSENTIALS: (
            _title(_("How our library lent out laptops")),
            _summary(
                _(
                    "Forty laptops lent for a whole term. Nearly all came back, and the "
                    "students without a computer stayed in their course."
                )
            ),
            Prose(
                "starting_situation",
                _("What was the problem at the start?"),
                _("What was not going well, for whom, with a number if you have one."),
                _("One student in five had no computer at home during the remote courses."),
                required=True,
            ),
        ),
        DONE: (
            Moments(
                "timeline",
                _("What was done, and when?"),
                _("One moment a line: when, a colon, what."),
                _(
                    "September 2023: first inventory with the IT department\n"
                    "October 2023: loan contract, written with students\n"
                    "January 2024: forty laptops lent"
                ),
                required=True,
                rows=8,
            ),
            Prose(
                "reasons",
                _("Why this way?"),
                _("What you thought of and did not choose is useful to others."),
                rows=3,
            ),
        ),
        RESULT: (
            Prose(
                "results",
                _("What came of it?"),
                _("What changed, and what did not."),
                _("Thirty-eight laptops came back; three students of four finished the term."),
                required=True,
            ),
            Prose(
                "organization_context",
                _("Where was it done?"),
                _("The place, the people, how many, since when."),
                _("A college of 900 students in a rural region."),
                rows=3,
            ),
        ),
        READERS: _FOR_READERS,
    },
    LessonPage: {
        ESSENTIALS: (
            _title(_("A platform nobody had asked for")),
            _summary(
                _(
                    "We opened a forum for students without asking them. After a term it was "
                    "empty; today we start from the places where they already talk."
                )
            ),
            Prose(
                "happened",
                _("What happened?"),
                _("The facts in the order of time, without blaming anyone."),
                _(
                    "The forum opened in September. In October it had twelve messages, nine of "
                    "them from teachers."
                ),
                required=True,
            ),
            Unnamed(
                "anonymous_by_proxy",
                _("Publish it without names"),
                _(
                    "Your organization publishes it in the place of those who lived it. No name, "
                    "affiliation or contact is shown to any reader."
                ),
            ),
            Teller(
                "teller",
                _("Who told it?"),
                _(
                    "Only for a lesson without names, so that your moderators can ask back. They "
                    "alone read it here; it is kept sealed and never published. Your own name, as "
                    "that of who sends it, is known to colleagues who work on the text."
                ),
                max_length=150,
            ),
        ),
        DONE: (
            Prose(
                "planned",
                _("What was planned?"),
                _("What was meant to happen, and when."),
                _("A lively forum by Christmas, with a question a day."),
                rows=4,
            ),
            Prose(
                "root_causes",
                _("Why did it go otherwise?"),
                _("Causes in the way things were organized, not in people."),
                _("Nobody had the task of answering, and students already had a group elsewhere."),
                rows=4,
            ),
        ),
        RESULT: (
            Prose(
                "lesson",
                _("What do you know now that you did not know before?"),
                _PARAGRAPHS,
                _("A place to talk must have a host, and start where people already are."),
                required=True,
            ),
            Recommendations(
                "recommendations",
                _("What do you advise others to do?"),
                _("One piece of advice a line."),
                _("Ask twenty students where they talk today\nName a host before you open"),
                rows=4,
            ),
        ),
        READERS: _FOR_READERS,
    },
}
