"""The lasting addresses of pages."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from practices.models import KnowledgePage
from practices.selectors import readable


def permalink(request: HttpRequest, persistent_id: UUID) -> HttpResponse:
    """Send the reader to a page wherever it stands now, in their language where it exists.

    404 for a page that they may not know of.
    """
    known = KnowledgePage.objects.filter(persistent_id=persistent_id)
    page = readable(known, request.user).first()
    if page is None:
        raise Http404
    family = KnowledgePage.objects.filter(translation_key=page.translation_key)
    translation = readable(family, request.user).filter(locale__language_code=get_language())
    url = (translation.first() or page).get_url(request)
    if url is None:
        raise Http404
    return HttpResponseRedirect(url)
