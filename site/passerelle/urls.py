"""Every address of the site. Reader pages live under /fr/ and /en/; the rest has no language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps import views as sitemaps
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.images import urls as wagtailimages_urls

from accounts import doors
from core.routing import serve as serve_page
from passerelle.api import api
from practices.sitemap import SITEMAPS, robots
from practices.views import permalink, still_valid
from search import monitoring

handler500 = "core.errors.server_error"

urlpatterns = [
    # Resized images only: documents and originals leave through views that ask who reads.
    re_path(
        r"^media/images/(?P<path>.+)$",
        serve,
        # Not the folder above, into which “..” would lead.
        {"document_root": settings.MEDIA_ROOT / "images"},
    ),
    # Makes an image in a format that was not asked for before; its address is signed.
    path("images/", include(wagtailimages_urls)),
    *doors.admin_urlpatterns,
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/v1/", api.urls),
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-part"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-part"),
    path("healthz", monitoring.alive),
    path("readyz", monitoring.ready),
    path("metrics", monitoring.metrics),
    # Without a language, so that the identity provider has one address to send people back to.
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("id/<uuid:persistent_id>/", permalink, name="permalink"),
    *i18n_patterns(
        path(_("still-valid/<uuid:persistent_id>/"), still_valid, name="still-valid"),
        path("", include("core.urls")),
        path("", include("search.urls")),
        path("", include("practices.urls")),
        path("", include("exchange.urls")),
        path("", include("notifications.urls")),
        path("", include("practices.proposing.urls")),
        path("", include("organizations.urls")),
        path("", include("accounts.urls")),
        *doors.reader_urlpatterns,
        re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
        path("", include(wagtail_urls)),
    ),
]
