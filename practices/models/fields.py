"""Short ways to declare the fields that refer to a vocabulary."""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField

from core.blocks import PROSE_FEATURES


def terms_field(vocabulary: str, label: Any, help_text: Any = "") -> ParentalManyToManyField:
    """Any number of terms of the vocabulary `vocabulary`.

    The forms offer its active terms (`practices.forms`); a term that was retired stays valid on
    the pages that have it.
    """
    return ParentalManyToManyField(
        "taxonomy.Term",
        verbose_name=label,
        help_text=help_text,
        blank=True,
        related_name="+",
        limit_choices_to={"vocabulary__slug": vocabulary},
    )


def term_field(vocabulary: str, label: Any, help_text: Any = "") -> "models.ForeignKey[Any, Any]":
    """One term of the vocabulary `vocabulary`, or none; see `terms_field`."""
    return models.ForeignKey(
        "taxonomy.Term",
        verbose_name=label,
        help_text=help_text,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"vocabulary__slug": vocabulary},
    )


def prose_field(label: Any, help_text: Any = "") -> RichTextField:
    """Optional rich text: nothing optional ever blocks publishing."""
    return RichTextField(label, help_text=help_text, blank=True, features=PROSE_FEATURES)
