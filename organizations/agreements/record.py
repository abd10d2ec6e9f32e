"""The one place where what is done to an agreement is written down."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter, log

from core.models import User
from organizations.models import Agreement, DecisionKind, Organization
from organizations.moderation.register import record_decision

# What the history of an agreement says of each action.
ACTIONS: Mapping[str, Any] = {
    "draft": _("Drafted"),
    "change": _("Changed before any signature"),
    "new_version": _("Drafted as a new version"),
    "send": _("Sent to the parties"),
    "sign": _("Signed"),
    "suspend": _("Suspended"),
    "resume": _("Resumed"),
    "end": _("Ended"),
}
PREFIX = "organizations.agreement"
DECISIONS: Mapping[str, str] = {
    "sign": DecisionKind.AGREEMENT_SIGNED,
    "suspend": DecisionKind.AGREEMENT_SUSPENDED,
    "resume": DecisionKind.AGREEMENT_RESUMED,
    "end": DecisionKind.AGREEMENT_ENDED,
}


def record(
    agreement: Agreement,
    action: str,
    *,
    user: User | None,
    organization: Organization | None = None,
    reason: str = "",
    **details: Any,
) -> None:
    """Keep who did `action` ("sign", "suspend"…), for which party, when and why.

    What decides something is in the register of decisions too.
    """
    if action in DECISIONS:
        record_decision(
            kind=DECISIONS[action],
            person=user,
            organization=organization,
            subject=agreement.title_fr,
            reason=reason,
        )
    log(
        instance=agreement,
        action=f"{PREFIX}.{action}",
        user=user,
        data={
            "version": agreement.version,
            "organization": organization.slug if organization else "",
            "organization_name": organization.name_fr if organization else "",
            "reason": reason,
            **details,
        },
    )


class _Formatter(LogFormatter):
    """Says what was done, for which party, and why."""

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        parts = [data.get("organization_name", ""), data.get("reason", "")]
        return " – ".join([str(self.label), *(part for part in parts if part)])


def register_actions(actions: Any) -> None:
    """Tell Wagtail's audit log what can be done to an agreement."""
    for name, label in ACTIONS.items():
        formatter = type(f"{name}Formatter", (_Formatter,), {"label": label})
        actions.register_action(f"{PREFIX}.{name}")(formatter)
