"""The agreements of the scenario, drafted and signed by the people of the story."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from demo.content import PAGE_TYPES
from demo.pages import World
from organizations.agreements.services import draft_agreement, send_agreement, sign_agreement
from organizations.models import Agreement, AgreementSignature

TERMS = ("title_fr", "title_en", "purpose_fr", "purpose_en", "text_fr", "text_en", "starts_on",
         "ends_on", "renewal_months", "notice_days", "confidentiality")  # fmt: skip


def make_agreement(data: Mapping[str, Any], world: World) -> None:
    """Draft the agreement and sign it as its file says; what is there already stays as it is."""
    if Agreement.objects.filter(title_fr=data["title_fr"]).exists():
        return
    parties = [world.organizations[slug] for slug in data["parties"]]
    signatures = data["signatures"]
    author = world.users[signatures[0]["person"]]
    terms: dict[str, Any] = {name: data[name] for name in TERMS}
    terms |= {right: right in data["rights"] for right in Agreement.RIGHTS}
    agreement = draft_agreement(
        user=author,
        proposed_by=world.organizations[signatures[0]["organization"]],
        parties=parties,
        content_types=[
            ContentType.objects.get_for_model(PAGE_TYPES[each])
            for each in data.get("content_types", ())
        ],
        themes=[world.terms["theme", slug] for slug in data.get("themes", ())],
        **terms,
    )
    send_agreement(agreement, user=author)
    for each in signatures:
        sign_agreement(
            agreement,
            user=world.users[each["person"]],
            organization=world.organizations[each["organization"]],
            digest=agreement.digest(),
        )
    _backdate(agreement, {each["organization"]: _moment(each["date"]) for each in signatures})


def _backdate(agreement: Agreement, moments: Mapping[str, datetime.datetime]) -> None:
    """What was signed today was signed in the story on these days."""
    for signature in agreement.signatures.select_related("organization"):
        AgreementSignature.objects.filter(pk=signature.pk).update(
            signed_at=moments[signature.organization.slug]
        )
    first, last = min(moments.values()), max(moments.values())
    Agreement.objects.filter(pk=agreement.pk).update(created_at=first, sent_at=first)
    Agreement.objects.filter(pk=agreement.pk).exclude(signed_at=None).update(signed_at=last)


def _moment(day: datetime.date) -> datetime.datetime:
    noon = datetime.datetime.combine(day, datetime.time(12))
    return timezone.make_aware(noon, timezone.get_default_timezone())
