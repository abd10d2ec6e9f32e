"""Where submitted texts are read and decided on, in the admin."""

from django.urls import path

from organizations.moderation import views

app_name = "moderation"
urlpatterns = [
    path("<int:page_id>/", views.review, name="review"),
    path("<int:page_id>/text/<int:revision_id>/", views.read, name="read"),
    path("<int:page_id>/conflict/", views.conflict, name="conflict"),
]
