"""Where submitted texts are read and decided on, in the admin."""

from django.urls import path

from organizations.moderation import handling_views, inbox, views

app_name = "moderation"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("absence/", handling_views.absence, name="absence"),
    path("<int:page_id>/", views.review, name="review"),
    path("<int:page_id>/text/<int:revision_id>/", views.read, name="read"),
    path("<int:page_id>/handling/", handling_views.handle, name="handle"),
    path("<int:page_id>/conflict/", views.conflict, name="conflict"),
]
