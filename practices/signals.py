"""What of other rooms is written in the documents of pages: names and labels.

A renamed term, organization or tag concerns every page that has it.
"""

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from taggit.models import Tag

from organizations.models import Organization
from practices.models import KnowledgePage, PracticeSheetPage
from practices.selectors import MANY_TERMS, ONE_TERM
from search.indexing.outbox import touch
from taxonomy.models import Term


@receiver(post_save, sender=Term)
def index_pages_of_term(sender: type, instance: Term, created: bool, **kwargs: Any) -> None:
    """The label of a term is searched, and its path is a value of a facet."""
    if created:
        return
    terms = Term.objects.with_descendants(instance).values("pk")
    chosen = Q()
    for name in MANY_TERMS:
        chosen |= Q(**{f"{name}__in": terms})
    pages = set(KnowledgePage.objects.filter(chosen).values_list("pk", flat=True))
    for model, names in ONE_TERM.items():
        one = Q()
        for name in names:
            one |= Q(**{f"{name}__in": terms})
        if model is PracticeSheetPage:
            one |= Q(delivery_modes__in=terms) | Q(competencies__dimension__in=terms)
            one |= Q(competencies__level__in=terms)
        pages |= set(model.objects.filter(one).values_list("pk", flat=True))
    touch(pages)


@receiver(post_save, sender=Organization)
def index_pages_of_organization(
    sender: type, instance: Organization, created: bool, **kwargs: Any
) -> None:
    """The names of its owners are searched, and shown with each result."""
    if not created:
        owned = Q(organization=instance) | Q(co_organizations=instance)
        touch(KnowledgePage.objects.filter(owned).values_list("pk", flat=True))


@receiver(post_save, sender=Tag)
def index_pages_of_tag(sender: type, instance: Tag, created: bool, **kwargs: Any) -> None:
    """The name of a tag is searched."""
    if not created:
        touch(KnowledgePage.objects.filter(tagged_items__tag=instance).values_list("pk", flat=True))
