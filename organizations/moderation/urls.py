"""Where submitted texts are read and decided on, in the admin."""

from django.urls import path

from organizations.moderation import appeal_views, handling_views, inbox, letters, views

app_name = "moderation"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("absence/", handling_views.absence, name="absence"),
    path("<int:page_id>/", views.review, name="review"),
    path("<int:page_id>/text/<int:revision_id>/", views.read, name="read"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("letters/<int:letter_id>/appeal/", appeal_views.file, name="file_appeal"),
    path("appeals/", appeal_views.appeals, name="appeals"),
    path("appeals/<int:appeal_id>/", appeal_views.appeal, name="appeal"),
    path("<int:page_id>/handling/", handling_views.handle, name="handle"),
    path("<int:page_id>/conflict/", views.conflict, name="conflict"),
]
