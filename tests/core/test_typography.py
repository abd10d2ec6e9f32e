"""French in templates and code: the first of a month is “1er”, and no sign begins a line."""

import datetime

import pytest
from django.template import Context, Template
from django.utils.translation import override

from core.dates import date_format
from core.templatetags.typography import typeset
from search.core.results import Fragment
from search.page import marked

DAYS = {
    datetime.date(2026, 3, 1): ("1er\u00a0mars 2026", "March 1, 2026"),
    datetime.date(2026, 8, 11): ("11 août 2026", "Aug. 11, 2026"),
}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("language", "place"), [("fr", 0), ("en", 1)])
def test_templates_and_code_say_the_first_of_a_month_alike(day, language, place):
    with override(language):
        filtered = Template("{{ day|date:'DATE_FORMAT' }}").render(Context({"day": day}))

        assert filtered == date_format(day, "DATE_FORMAT")
        if place == 0 or day.day == 1:
            assert filtered == DAYS[day][place]


def test_a_day_in_figures_is_the_same_day_to_all_who_read_english():
    with override("en"):
        assert date_format(datetime.date(2026, 12, 4), "SHORT_DATE_FORMAT") == "2026-12-04"
    with override("fr"):
        assert date_format(datetime.date(2026, 12, 4), "SHORT_DATE_FORMAT") == "04/12/2026"


def test_what_is_no_day_stays_as_django_has_it():
    with override("fr"):
        assert (
            Template("{{ x|date:'j' }}|{{ y|date }}").render(
                Context({"x": datetime.date(2026, 3, 1), "y": None})
            )
            == "1|"
        )


def test_what_people_typed_breaks_at_no_sign_in_french():
    typed = Template('{{ "« Oui » : quoi ? <b>"|typeset }}')

    with override("fr"):
        assert typed.render(Context()) == "«\u202fOui\u202f»\u00a0: quoi\u202f? <b>"
    with override("en"):
        assert typed.render(Context()) == "« Oui » : quoi ? <b>"


def test_figures_stay_with_what_they_count_in_french():
    typed = "59 % de 1 900 pages à 40 $ et 1 250 000 mots"
    set_by_hand = "59\u00a0% de 1\u00a0900 pages à 40\u00a0$ et 1\u00a0250\u00a0000 mots"
    with override("fr"):
        assert typeset(typed) == set_by_hand
        for other in ("en 2024 300 personnes", "au 514 555 1234", "100 et 200"):
            assert typeset(other) == other
        shown = marked("À 59 % : <b>", [Fragment("À 59 % : <b>", ((2, 6),))])
        assert shown == "À <mark>59\u00a0%</mark>\u00a0: &lt;b&gt;"
    with override("en"):
        assert typeset(typed) == typed
