"""What the admin shows of the site: its colours."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def site_colours() -> str:
    """The style sheet that gives the admin the colours of the site."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))
