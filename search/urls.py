"""The address of the search page, which is a word of the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from search import views

app_name = "search"
urlpatterns = [
    path(_("search/"), views.search_page, name="page"),
]
