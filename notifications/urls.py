"""The addresses of a person's notices, below the language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from notifications import search_views, views

app_name = "notifications"
urlpatterns = [
    path(_("my-space/notices/"), views.inbox, name="inbox"),
    path(_("my-space/notices/read/"), views.read_all, name="read_all"),
    path(_("my-space/notices/<int:pk>/"), views.follow, name="follow"),
    path(_("my-space/notices/choices/"), views.choices, name="choices"),
    path(_("my-space/searches/"), search_views.saved_searches, name="saved_searches"),
    path(_("my-space/searches/save/"), search_views.save, name="save_search"),
    path(_("my-space/searches/<int:pk>/"), search_views.change, name="change_search"),
    path(_("stop-mails/<str:token>/"), search_views.stop_mails, name="stop_mails"),
]
