"""The addresses of what organizations show beside their pages, in the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from organizations import views

urlpatterns = [
    path(_("decisions/"), views.decisions, name="public_decisions"),
]
