"""How static files are kept on a server: small, and under names that change with them."""

from typing import Any

from django.core.files.base import ContentFile
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Where our own scripts lie; those of libraries come minified, or are the admin's.
OWN_SCRIPTS = "js/"


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, which also leaves the comments and blanks out of our own scripts."""

    def _save(self, name: str, content: Any) -> str:
        if name.startswith(OWN_SCRIPTS) and name.endswith(".js"):
            content = ContentFile(jsmin(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
