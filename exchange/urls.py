"""The addresses by which readers take knowledge along, in the words of their language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from exchange import views

app_name = "exchange"
urlpatterns = [
    path(_("search/export/"), views.export_search, name="export_search"),
    path(_("search/feed/"), views.feed, name="feed"),
    path(_("my-selection/"), views.show_selection, name="selection"),
    path(_("my-selection/change/"), views.change_selection, name="change_selection"),
    path(_("my-selection/export/"), views.export_selection, name="export_selection"),
]
