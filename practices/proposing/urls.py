"""The addresses of the short form, in the words of the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices.proposing import views

app_name = "proposing"
urlpatterns = [
    path(_("propose/"), views.start, name="start"),
    path(_("propose/new/"), views.new, name="new"),
    path(_("propose/similar/"), views.similar, name="similar"),
    path(_("propose/<uuid:key>/"), views.standing, name="standing"),
    path(_("propose/<uuid:key>/<int:step>/"), views.step, name="step"),
    path(_("propose/<uuid:key>/reading/"), views.reading, name="reading"),
]
