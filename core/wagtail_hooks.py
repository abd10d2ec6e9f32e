"""What the admin shows of the site: its colours and its style guide."""

from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core import style_guide


@hooks.register("insert_global_admin_css")
def site_colours() -> str:
    """The style sheet that gives the admin the colours of the site."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("register_admin_urls")
def register_style_guide() -> list[URLPattern]:
    """The style guide, and the components alone that it shows in frames."""
    return [
        path("style-guide/", style_guide.StyleGuideView.as_view(), name="style_guide"),
        path("style-guide/components/", style_guide.components, name="style_guide_components"),
    ]


@hooks.register("register_settings_menu_item")
def register_style_guide_menu_item() -> MenuItem:
    """A line in the menu “Settings”, for whoever enters the admin."""
    return MenuItem(
        _("Style guide"), reverse("style_guide"), name="style-guide", icon_name="desktop"
    )
