"""The letter that tells an author what must change, as it was on the day of the decision."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models.decisions import Decision
from organizations.models.organizations import Organization


class CommentingRevision(models.Model):
    """A revision that changed nothing but comments: who saved it has not written the text."""

    revision = models.OneToOneField(
        "wagtailcore.Revision", on_delete=models.CASCADE, related_name="only_comments"
    )

    wagtail_reference_index_ignore = True


class DecisionLetter(models.Model):
    """What a decision said to the author: its reason, and the comments in the text, word for word.

    Comments are resolved and texts change; a letter that was sent does not. `remarks` is a list of
    {"field", "quote", "comment", "person"}, labels and all in the `language` of the author.
    """

    decision = models.OneToOneField(
        Decision, on_delete=models.DO_NOTHING, db_constraint=False, related_name="letter"
    )
    task_state = models.ForeignKey(
        "wagtailcore.TaskState", on_delete=models.CASCADE, related_name="letters"
    )
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="decision_letters"
    )
    language = models.CharField(max_length=10)
    remarks = models.JSONField(default=list)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decision letter")
        verbose_name_plural = _("decision letters")

    def __str__(self) -> str:
        return f"{self.author} · {self.decision_id}"
