"""What the site says of itself, in the words of the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from core import views

urlpatterns = [
    path(_("about/"), views.about, name="about"),
    path(_("accessibility/"), views.accessibility, name="accessibility"),
]
