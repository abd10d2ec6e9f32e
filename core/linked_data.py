"""What pages say of themselves to machines, in the vocabulary of schema.org."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

CONTEXT = "https://schema.org"
# In JSON these are the same characters, and in HTML no longer anything but text.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_script(data: Any) -> SafeString:
    """`data` as JSON that can stand in a `<script>` of HTML, whatever its texts say."""
    # Nothing is left that could end the element or begin another one.
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))
