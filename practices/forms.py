"""The forms of the admin in which knowledge is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import Q

from organizations.forms import OrganizationOwnedPageForm
from practices.widgets import TermCheckboxes
from taxonomy.models import Term


class KnowledgePageForm(OrganizationOwnedPageForm):
    """Offers each field the terms of its vocabulary: the active ones, and those already used.

    The terms of all fields and inline rows come from one query.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_partners()
        choosers = list(_term_choosers(self))
        for formset in self.formsets.values():
            for row in formset.forms:
                choosers.extend(_term_choosers(row))
        if not choosers:
            return
        used = {pk for _field, _vocabulary, initial in choosers for pk in initial}
        trees = term_trees({vocabulary for _field, vocabulary, _initial in choosers}, used)
        for field, vocabulary, _initial in choosers:
            if field.queryset is not None:
                field.queryset = field.queryset.filter(Q(is_active=True) | Q(pk__in=used))
            _offer(field, trees[vocabulary])

    def clean(self) -> Any:
        """Refuse co-owners whom what the page was made from is not for."""
        cleaned = super().clean()
        co_owners = cleaned.get("co_organizations")
        if co_owners is not None and "sharing_level" in cleaned:
            self.instance.sharing_level = cleaned["sharing_level"]
            chosen = [each.pk for each in co_owners]
            if problem := self.instance.why_not_shared(chosen):
                self.add_error("co_organizations", problem)
        return cleaned

    def _offer_partners(self) -> None:
        """An organization does not write with itself."""
        field = self.fields.get("co_organizations")
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.exclude(pk=self.owner_id)


def _term_choosers(
    form: forms.ModelForm,
) -> Iterator[tuple[forms.ModelChoiceField, str, set[int]]]:
    """Each field of `form` that chooses terms, its vocabulary and the ids of its present terms."""
    for name, field in form.fields.items():
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            continue
        if field.queryset.model is Term:
            limit = form._meta.model._meta.get_field(name).get_limit_choices_to()
            initial = form.initial.get(name) or []
            present = initial if isinstance(initial, Iterable) else [initial]
            yield (
                field,
                limit["vocabulary__slug"],
                {term.pk if isinstance(term, Term) else term for term in present},
            )


def term_trees(vocabularies: set[str], used: set[int]) -> Mapping[str, list[tuple[Term, int]]]:
    """The terms to offer by vocabulary, each below its broader term, with its depth."""
    terms = (
        Term.objects.filter(vocabulary__slug__in=vocabularies)
        .filter(Q(is_active=True) | Q(pk__in=used))
        .select_related("vocabulary", "edition")
        .order_by("order", "rank", "path")
    )
    offered = {term.pk for term in terms}
    children: dict[tuple[str, int | None], list[Term]] = defaultdict(list)
    for term in terms:
        parent = term.parent_id if term.parent_id in offered else None
        children[term.vocabulary.slug, parent].append(term)

    def below(vocabulary: str, parent: int | None, depth: int) -> Iterator[tuple[Term, int]]:
        for term in children[vocabulary, parent]:
            yield term, depth
            yield from below(vocabulary, term.pk, depth + 1)

    return {vocabulary: list(below(vocabulary, None, 0)) for vocabulary in vocabularies}


def _offer(field: forms.ModelChoiceField, tree: list[tuple[Term, int]]) -> None:
    """Give `field` the choices of `tree`: indented, or grouped where there are editions."""
    if isinstance(field.widget, TermCheckboxes):
        field.widget.depths = {str(term.pk): depth for term, depth in tree}
        field.choices = [(term.pk, term.label) for term, _depth in tree]
        return
    by_edition: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for term, depth in tree:
        edition = str(term.edition) if term.edition else ""
        by_edition[edition].append((term.pk, "— " * depth + term.label))
    choices: list[Any] = [("", field.empty_label or "---------")]
    for edition, options in by_edition.items():
        choices.extend([(edition, options)] if edition else options)
    field.choices = choices
