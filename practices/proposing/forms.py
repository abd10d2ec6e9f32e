"""The forms of the steps, made from what each step asks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from wagtail.documents.fields import WagtailDocumentField
from wagtail.images.fields import WagtailImageField

from core.text import number_in
from organizations.models import OrganizationPage
from organizations.uploads import MAX_DOCUMENT_SIZE, checked_document, without_metadata
from practices.forms import term_trees
from practices.proposing.answers import Answer, Terms, TermsField
from practices.proposing.steps import TYPES, WHEN_TO_CHOOSE


class HomeField(forms.ModelChoiceField):
    """An organization that somebody writes for; a number that no row has is none of them."""

    def to_python(self, value: Any) -> Any:
        known = value in self.empty_values or number_in(str(value)) is not None
        return super().to_python(value if known else "0")


class StartForm(forms.Form):
    """What is proposed, and in the name of which organization."""

    type = forms.ChoiceField(label=_("What would you like to share?"), widget=forms.RadioSelect)
    organization = HomeField(
        label=_("In the name of which organization?"),
        help_text=_("Its moderators will read your proposal."),
        queryset=OrganizationPage.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, homes: Sequence[OrganizationPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("An answer is needed.")
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            (slug, model._meta.verbose_name) for slug, model in TYPES.items()
        ]
        homes_field = self.fields["organization"]
        assert isinstance(homes_field, forms.ModelChoiceField)
        homes_field.queryset = OrganizationPage.objects.filter(pk__in=[each.pk for each in homes])
        if len(homes) == 1:
            # Nothing to choose.
            homes_field.widget = forms.HiddenInput()
            homes_field.initial = homes[0].pk

    @property
    def types(self) -> list[tuple[Any, Any]]:
        """Each type to choose, and when to choose it."""
        return [(radio, WHEN_TO_CHOOSE[radio.data["value"]]) for radio in self["type"]]


class StepForm(forms.Form):
    """The answers of one step. With `partial`, nothing but a title is needed to keep a draft."""

    def __init__(
        self, *args: Any, answers: Sequence[Answer], page: Any, partial: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for answer in answers:
            field = answer.form_field(page)
            field.is_needed = answer.required  # type: ignore[attr-defined]
            field.required = field.required and (not partial or answer.field == "title")
            if field.required and not partial:
                # Said by the server, with a summary that leads to each field.
                field.widget.is_required = False
            field.error_messages["required"] = _("An answer is needed.")
            # Counted instead of cut: what is pasted would lose its end without a word.
            if most := field.widget.attrs.pop("maxlength", None):
                field.widget.attrs["data-most"] = most
            if answer.example:
                field.example = answer.example  # type: ignore[attr-defined]
            self.fields[answer.field] = field
        self._offer([each for each in answers if isinstance(each, Terms)])

    def _offer(self, answers: Sequence[Terms]) -> None:
        """Give each field of terms those of its vocabulary, of all fields in one query."""
        if not answers:
            return
        used = {pk for each in answers for pk in self.initial.get(each.field, [])}
        trees = term_trees({each.vocabulary for each in answers}, used)
        for each in answers:
            field = self.fields[each.field]
            assert isinstance(field, TermsField)
            field.offer(trees[each.vocabulary])

    @property
    def kept(self) -> dict[str, Any]:
        """The answers that can be kept, whatever is wrong with the others."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.fields and name not in self.errors
        }


class PhotoForm(forms.Form):
    """A photo, and what it shows for those who do not see it."""

    prefix = "photo"

    description = forms.CharField(
        label=_("What does it show?"),
        help_text=_("Read aloud to those who do not see it: “Two students read a paper together”."),
        max_length=255,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Made for each form: Wagtail writes what it says of formats in the language of that moment.
        self.fields["file"] = WagtailImageField(
            label=_("Photo"),
            widget=forms.FileInput(
                {"accept": "image/jpeg,image/png,image/webp,image/gif,image/heic"}
            ),
        )
        self.order_fields(["file", "description"])

    def clean_file(self) -> Any:
        """The photo without what the camera wrote in it."""
        return without_metadata(self.cleaned_data["file"])


class DocumentForm(forms.Form):
    """A document, and its name for readers."""

    prefix = "document"

    title = forms.CharField(
        label=_("Its name for readers"),
        help_text=_("For example “Reading grid”."),
        max_length=255,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        extensions = settings.WAGTAILDOCS_EXTENSIONS
        self.fields["file"] = WagtailDocumentField(
            label=_("Document"),
            widget=forms.FileInput({"accept": ",".join(f".{each}" for each in extensions)}),
        )
        self.fields["file"].help_text = _("Formats: %(formats)s. At most %(size)s.") % {
            "formats": ", ".join(extensions).upper(),
            "size": filesizeformat(MAX_DOCUMENT_SIZE),
        }
        self.order_fields(["file", "title"])

    def clean_file(self) -> Any:
        """The document, when it is what its name says, without the names of its authors."""
        FileExtensionValidator(settings.WAGTAILDOCS_EXTENSIONS)(self.cleaned_data["file"])
        return checked_document(self.cleaned_data["file"])
