"""Samples of what every page may use, for the style guide."""

from collections.abc import Iterator

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.utils.translation import gettext as _

from core.style_guide import Specimen
from core.templatetags.site_tags import OWN_NAMES, LanguageLink


class _SampleForm(forms.Form):
    """A field of each kind, one of them filled in wrongly."""

    def __init__(self) -> None:
        super().__init__({"email": "ada@"})
        self.fields["name"] = forms.CharField(label=_("Name"), required=False)
        self.fields["email"] = forms.EmailField(label=_("E-mail address"))
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=list(OWN_NAMES.items()), required=False
        )
        self.fields["note"] = forms.CharField(
            label=_("Note"),
            widget=forms.Textarea({"rows": 3}),
            required=False,
            help_text=_("What you checked, and how. Readers see it."),
        )
        self.fields["agreed"] = forms.BooleanField(label=_("Still valid"), required=False)


def specimens() -> Iterator[Specimen]:
    """The identity, the frame of pages, and what stands in all of them."""
    languages = [
        LanguageLink(code, name, code, f"#{code}", f"#{code}", code == "fr", True)
        for code, name in OWN_NAMES.items()
    ]
    yield Specimen(_("Name and mark"), "components/brand.html")
    yield Specimen(_("Colours"), "core/components/colours.html")
    yield Specimen(_("Text"), "core/components/text.html")
    yield Specimen(_("Header"), "components/header.html", {"languages": languages})
    yield Specimen(_("Search of a page"), "components/search_box.html", {"text": "tutorat"})
    yield Specimen(
        _("Way back"),
        "components/breadcrumbs.html",
        {
            "ancestors": [{"title": _("Home page"), "url": "#"}],
            "current": _("Page of an organization"),
        },
    )
    yield Specimen(_("Buttons"), "core/components/buttons.html")
    yield Specimen(
        _("Messages"),
        "components/messages.html",
        {
            "messages": [
                Message(constants.SUCCESS, _("Thank you: this page was verified today.")),
                Message(constants.ERROR, _("This form was not sent")),
            ]
        },
    )
    yield Specimen(
        _("Form"), "components/form_fields.html", {"form": _SampleForm()}, classes="form"
    )
    yield Specimen(_("Footer"), "components/footer.html")
