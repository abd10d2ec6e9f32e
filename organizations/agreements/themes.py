"""Themes change, what was signed does not: no new vocabulary shares what nobody signed."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import ngettext

from organizations.agreements.coverage import scopes_of
from organizations.models import Agreement, AgreementSignature, AgreementStatus
from taxonomy.models import Term
from taxonomy.services import pages_would_move, uses_move

OVER = {AgreementStatus.ENDED, AgreementStatus.EXPIRED}


@receiver(uses_move, sender=Agreement.themes.through)
def keep_what_was_signed(**kwargs: Any) -> Q:
    """An agreement that somebody signed keeps the themes that they read."""
    return Q(agreement__in=AgreementSignature.objects.order_by().values("agreement"))


@receiver(pages_would_move)
def refuse_to_share_what_nobody_signed(term: Term, path: str, field: str, **kwargs: Any) -> None:
    """Pages do not enter or leave the scope of a signed agreement with a term of a vocabulary."""
    if term.vocabulary.slug != "theme":
        return
    signed = Agreement.objects.filter(signatures__isnull=False).distinct()
    scopes = scopes_of(each for each in signed if each.status not in OVER)
    changed = 0
    for scope in scopes:
        # What moves along with the term covers the same pages as before.
        themes = {each for each in scope.themes if field != "parent" or not _lies(each, term.path)}
        changed += _covers(themes, term.path) != _covers(themes, path)
    if changed:
        raise ValidationError(
            {
                field: ngettext(
                    "What %(n)d signed agreement shares would change without anybody signing. "
                    "Untick “can be chosen” instead, or let its parties sign a new version first.",
                    "What %(n)d signed agreements share would change without anybody signing. "
                    "Untick “can be chosen” instead, or let their parties sign new versions first.",
                    changed,
                )
                % {"n": changed}
            }
        )


def _covers(themes: Iterable[str], path: str) -> bool:
    return any(_lies(path, theme) for theme in themes)


def _lies(path: str, above: str) -> bool:
    return path == above or path.startswith(f"{above}/")
