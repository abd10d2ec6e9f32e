"""The forms in which leads write, sign, suspend and end agreements."""

from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from organizations.access import owned_page_types
from organizations.agreements.services import contradictions
from organizations.models import Agreement, Organization, SharingLevel
from organizations.policies import led_organizations
from taxonomy.models import Term


class _ContentTypes(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: ContentType) -> str:
        model = obj.model_class()
        return str(capfirst(model._meta.verbose_name_plural if model else obj.name))


class _Themes(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Term) -> str:
        return "— " * obj.depth + obj.label


class AgreementForm(WagtailAdminModelForm):
    """The terms of an agreement."""

    proposed_by = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Your organization")
    )
    parties = forms.ModelMultipleChoiceField(
        Organization.objects.all(),
        label=gettext_lazy("Parties"),
        widget=forms.CheckboxSelectMultiple,
    )
    covered_organizations = forms.ModelMultipleChoiceField(
        Organization.objects.all(),
        required=False,
        label=gettext_lazy("Organizations whose pages are covered"),
        help_text=gettext_lazy("None: all parties."),
        widget=forms.CheckboxSelectMultiple,
    )
    content_types = _ContentTypes(
        ContentType.objects.none(),
        required=False,
        label=gettext_lazy("Types of pages"),
        help_text=gettext_lazy("None: all types."),
        widget=forms.CheckboxSelectMultiple,
    )
    themes = _Themes(
        Term.objects.of("theme"),
        required=False,
        label=gettext_lazy("Themes"),
        help_text=gettext_lazy("A theme covers those below it. None: all themes."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Agreement
        fields = ("proposed_by", *Agreement.TERMS, *Agreement.TERM_LISTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = ContentType.objects.get_for_models(*owned_page_types()).values()
        self.fields["content_types"].queryset = ContentType.objects.filter(
            pk__in=[each.pk for each in types]
        )
        proposer = self.fields["proposed_by"]
        if self.instance.pk:
            proposer.queryset = Organization.objects.filter(pk=self.instance.proposed_by_id)
            proposer.disabled = True
            return
        user = self.for_user
        mine = Organization.objects.all() if user.is_superuser else led_organizations(user)
        proposer.queryset = mine
        if mine.count() == 1:
            proposer.initial = mine.get()
        self.fields["parties"].initial = [] if user.is_superuser else list(mine)

    def _post_clean(self) -> None:
        super()._post_clean()
        data = self.cleaned_data
        lists = {name: data.get(name) or () for name in Agreement.TERM_LISTS}
        for name, message in contradictions(self.instance, **lists).items():
            if name not in self.errors:
                self.add_error(name, message)

    def terms(self) -> dict[str, Any]:
        """What the services take."""
        names = (*Agreement.TERMS, *Agreement.TERM_LISTS)
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class SignForm(forms.Form):
    """A signature: for which party, of which terms, knowingly."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("I sign for"), empty_label=None
    )
    digest = forms.CharField(widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label=gettext_lazy("I have read the text and the terms, and I may bind my organization.")
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why an agreement is suspended: the other parties read it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the other parties read"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
    )


class EndForm(ReasonForm):
    """Why an agreement ends, and from which day on."""

    on = forms.DateField(
        label=gettext_lazy("First day without it"), required=False, widget=AdminDateInput
    )


class ReadersForm(forms.Form):
    """A level to try, a day to look back to."""

    level = forms.ChoiceField(
        label=gettext_lazy("If it were shared with"), required=False, choices=()
    )
    on = forms.DateField(
        label=gettext_lazy("Who could read it on"), required=False, widget=AdminDateInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", _("(as it is)")), *SharingLevel.choices]  # type: ignore[attr-defined]
