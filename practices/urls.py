"""The addresses of the ways in, and of what is done with a page, in the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices import remark_views, views

urlpatterns = [
    path(_("browse/"), views.browse, name="browse"),
    path(_("browse/theme/<slug:slug>/"), views.browse_theme, name="browse-theme"),
    path(_("adapt/<uuid:persistent_id>/"), views.adapt_page, name="adapt"),
    path(_("remark/<uuid:persistent_id>/"), remark_views.write, name="remark"),
    path(_("remarks/<uuid:persistent_id>/"), remark_views.read, name="remarks"),
]
