"""What is wrong with an address, said so that its writer can mend it."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.params import Problem

# Longer lists than this are no help on a page; the API gives them whole, as data.
MANY = 12


def message(problem: Problem) -> str:
    """One sentence in the active language, with what could stand there instead."""
    words = {
        "parameter": problem.parameter,
        "value": problem.value,
        "known": ", ".join(problem.known),
        "first": problem.known[0] if problem.known else "",
        "last": problem.known[-1] if problem.known else "",
    }
    if problem.kind == "facet":
        return _("No facet “%(parameter)s”. Known facets: %(known)s.") % words
    if problem.kind == "value":
        if not problem.known or len(problem.known) > MANY:
            return _("“%(parameter)s” has no value “%(value)s”.") % words
        return _("“%(parameter)s” has no value “%(value)s”. Known values: %(known)s.") % words
    if problem.kind in {"sort", "lang"}:
        return _("“%(parameter)s” cannot be “%(value)s”. Known values: %(known)s.") % words
    if problem.kind == "number":
        return (
            _("“%(parameter)s” must be a whole number from %(first)s to %(last)s, not “%(value)s”.")
            % words
        )
    if problem.kind == "page":
        return _("There is no page %(value)s: this is the last one, page %(last)s.") % words
    if problem.kind == "text":
        return _("“%(parameter)s” must not be longer than %(last)s characters.") % words
    return _("“%(parameter)s” must not have more than %(last)s values.") % words


def total(count: int, text: str) -> str:
    """The exact number of results, as a heading: “12 results for “tutoring””."""
    words = {"n": number_format(count, force_grouping=True), "text": text}
    if not count:
        return _("No result for “%(text)s”") % words if text else _("No result")
    if text:
        return (
            ngettext("%(n)s result for “%(text)s”", "%(n)s results for “%(text)s”", count) % words
        )
    return ngettext("%(n)s result", "%(n)s results", count) % words
