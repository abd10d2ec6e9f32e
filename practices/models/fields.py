"""Short ways to declare the fields that refer to a vocabulary."""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField

from core.blocks import PROSE_FEATURES


def terms_field(
    vocabulary: str, label: Any, help_text: Any = ""
) -> ParentalManyToManyField:
    """Any number of active terms of the vocabulary `vocabulary`."""
    return ParentalManyToManyField(
        "taxonomy.Term",
        verbose_name=label,
        help_text=help_text,
        blank=True,
        related_name="+",
        limit_choices_to={"vocabulary__slug": vocabulary, "is_active": True},
    )


def term_field(
    vocabulary: str, label: Any, help_text: Any = ""
) -> "models.ForeignKey[Any, Any]":
    """One active term of the vocabulary `vocabulary`, or none."""
    return models.ForeignKey(
        "taxonomy.Term",
        verbose_name=label,
        help_text=help_text,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"vocabulary__slug": vocabulary, "is_active": True},
    )


def prose_field(label: Any, help_text: Any = "") -> RichTextField:
    """Optional rich text: nothing optional ever blocks publishing."""
    return RichTextField(
        label, help_text=help_text, blank=True, features=PROSE_FEATURES
    )
