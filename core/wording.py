"""Words of Wagtail that this site says otherwise in French; in English its own are kept."""

from django.utils.translation import gettext_noop

WORDS = [
    gettext_noop(
        "Supported formats: %(supported_formats)s. Maximum filesize: %(max_upload_size)s."
    ),
    gettext_noop("Supported formats: %(supported_formats)s."),
    gettext_noop("Not a supported image format. Supported formats: %(supported_formats)s."),
]
