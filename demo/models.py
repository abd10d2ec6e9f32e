"""What the demo has already written, so that loading it again writes only what is new."""

from django.db import models


class LoadedItem(models.Model):
    """One item of the demo's files and a fingerprint of what was written from it."""

    key = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key
