"""The addresses of a person's notices, below the language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from notifications import views

app_name = "notifications"
urlpatterns = [
    path(_("my-space/notices/"), views.inbox, name="inbox"),
    path(_("my-space/notices/read/"), views.read_all, name="read_all"),
    path(_("my-space/notices/<int:pk>/"), views.follow, name="follow"),
    path(_("my-space/notices/choices/"), views.choices, name="choices"),
]
