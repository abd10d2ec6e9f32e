"""What the indexing keeps in the database: what waits to be indexed, and what was."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet["OutboxEntry"]):
    """Entries, by what may be done with them."""

    def dead(self) -> Self:
        """Entries that were given up: somebody must look at them."""
        return self.filter(is_dead=True)

    def waiting(self) -> Self:
        """Entries that a worker will take, now or later."""
        return self.filter(is_dead=False)

    def free(self) -> Self:
        """Entries that no living worker holds."""
        return self.filter(
            models.Q(claimed_until=None) | models.Q(claimed_until__lt=timezone.now())
        )

    def ready(self) -> Self:
        """Entries that a worker may take now: due, and not held by another one."""
        return self.waiting().free().filter(due_at__lte=timezone.now())


class OutboxEntry(models.Model):
    """Something about a document changed, and the index must follow.

    Written in the transaction of the change. It says what to look at again, not what changed: the
    worker re-reads the truth.
    """

    key = models.CharField(_("document"), max_length=100, db_index=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    is_dead = models.BooleanField(_("given up"), default=False)
    error = models.TextField(_("reason"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")
        indexes = [models.Index(fields=["is_dead", "due_at"], name="outbox_due")]

    def __str__(self) -> str:
        return self.key


class IndexRecord(models.Model):
    """The ledger: the version that was last given to the document of a key.

    Versions only grow, also across rebuilds and removals, so that an engine can refuse what comes
    late. Locking the record puts the workers that write one key in order.
    """

    key = models.CharField(_("document"), max_length=100, unique=True)
    version = models.BigIntegerField(_("version"), default=0)

    class Meta:
        verbose_name = _("indexed document")
        verbose_name_plural = _("indexed documents")

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Rebuild(models.Model):
    """A new generation of the index being filled, or filled; it keeps two from running at once."""

    engine = models.CharField(max_length=40)
    generation = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rebuild")
        verbose_name_plural = _("rebuilds")
        constraints = [
            models.UniqueConstraint(
                fields=["engine"],
                condition=models.Q(finished_at=None),
                name="one_rebuild_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.engine} {self.generation}"
