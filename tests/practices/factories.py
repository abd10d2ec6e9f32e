"""Rows of the practices room: `PracticeSheetFactory()` gives a published page in French."""

from typing import Any

import factory
import wagtail_factories
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page

from core.models import HomePage
from organizations.models import Organization, OrganizationIndexPage, OrganizationPage
from practices.models import CaseStudyPage, LessonPage, PracticeSheetPage
from taxonomy.models import Term, Vocabulary


def organization_page(slug: str = "essai", language: str = "fr") -> OrganizationPage:
    """The page of the organization `slug` in `language`, made with what it needs when missing."""
    organization, _ = Organization.objects.get_or_create(
        slug=slug, defaults={"name_fr": slug.capitalize(), "name_en": f"{slug} (en)"}
    )
    locale = Locale.objects.get(language_code=language)
    found = OrganizationPage.objects.filter(organization=organization, locale=locale).first()
    if found:
        return found
    if language != "fr":
        french = organization_page(slug)
        index = french.get_parent().specific
        if not index.has_translation(locale):
            translation(index, language)
        return translation(french, language)
    home = HomePage.objects.get(locale=locale)
    index = OrganizationIndexPage.objects.child_of(home).first() or home.add_child(
        instance=OrganizationIndexPage(title="Organisations", locale=locale)
    )
    page = OrganizationPage(title=organization.name, organization=organization, locale=locale)
    return index.add_child(instance=page)


def translation(page: Page, language: str, **fields: Any) -> Any:
    """The published translation of `page` in `language`, made with these `fields`."""
    copy = page.copy_for_translation(Locale.objects.get(language_code=language))
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return type(page).objects.get(pk=copy.pk)


def term(vocabulary: str, slug: str, **fields: Any) -> Term:
    """The term `slug` of `vocabulary`, made when missing."""
    home, _ = Vocabulary.objects.get_or_create(
        slug=vocabulary, defaults={"label_fr": vocabulary, "label_en": vocabulary}
    )
    found = Term.objects.filter(vocabulary=home, slug=slug).first()
    return found or Term.objects.create(
        vocabulary=home,
        slug=slug,
        **{"label_fr": f"{slug} (fr)", "label_en": f"{slug} (en)", **fields},
    )


class KnowledgeFactory(wagtail_factories.PageFactory):
    """A page of knowledge under the page of an organization; relations are set by name."""

    class Meta:
        abstract = True

    title = factory.Sequence(lambda n: f"Page {n}")
    slug = factory.LazyAttribute(lambda page: slugify(page.title))
    summary = "Ce que c’est, et ce que cela change."
    parent = factory.LazyFunction(organization_page)
    locale = factory.LazyAttribute(
        lambda page: page.parent.locale if page.parent else Locale.get_default()
    )
    first_published_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create_instance(cls, model_class: type[Page], parent: Page, kwargs: Any) -> Page:
        many = {
            name: kwargs.pop(name)
            for name in list(kwargs)
            if hasattr(model_class, name)
            and isinstance(kwargs[name], (list, tuple))
            and not hasattr(getattr(model_class, name), "field_name")
            and model_class._meta.get_field(name).is_relation
        }
        page = super()._create_instance(model_class, parent, kwargs)
        for name, values in many.items():
            getattr(page, name).set(values)
        if many:
            page.save()
        return page


class PracticeSheetFactory(KnowledgeFactory):
    class Meta:
        model = PracticeSheetPage

    title = factory.Sequence(lambda n: f"Fiche {n}")


class CaseStudyFactory(KnowledgeFactory):
    class Meta:
        model = CaseStudyPage

    title = factory.Sequence(lambda n: f"Étude de cas {n}")


class LessonFactory(KnowledgeFactory):
    class Meta:
        model = LessonPage

    title = factory.Sequence(lambda n: f"Leçon {n}")
