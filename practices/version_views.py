"""The published versions of a page: their list, one of them, and what changed between two.

They are pages below the page itself, so that whoever may not read it finds none of them.
"""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from practices.comparing import changes
from practices.models import KnowledgePage
from practices.reading import address_of, reading_context
from practices.selectors import neighbours as neighbours_of
from practices.selectors import translations_among
from practices.texts import former_texts, published_text
from practices.versions import Version, published_versions, version_on


def versions(page: KnowledgePage, request: HttpRequest) -> HttpResponse:
    """The list; “?since=2026-03-12” leads to what changed since that day."""
    found = published_versions(page, request.user)
    error = ""
    if since := request.GET.get("since", ""):
        version = _version(found, since)
        if version is not None:
            if version.is_present:
                error = _("Nothing changed since that day: it is the present version.")
            else:
                return redirect(address_of(page, request, "changes", version.day))
        else:
            error = _("Give a day since the first version, as 2026-03-12.")
    former = [
        {
            "version": version,
            "url": address_of(page, request, "version", version.day),
            "changes_url": address_of(page, request, "changes", version.day),
        }
        for version in found
        if not version.is_present
    ]
    translations = translations_among(neighbours_of(page, request.user), page)
    context = _context(page, error=error, since=since, former=former, translations=translations)
    return render(request, "practices/versions.html", context)


def version(page: KnowledgePage, request: HttpRequest, day: str) -> HttpResponse:
    """The page as it was published; a day in between leads to the version that it had."""
    wanted = _version(published_versions(page, request.user), day)
    if wanted is None:
        raise Http404
    if wanted.is_present:
        return redirect(page.get_url(request))
    if wanted.day.isoformat() != day:
        return redirect(address_of(page, request, "version", wanted.day))
    [text] = former_texts(page, [wanted])
    context = {
        "page": text.page,
        "version": wanted,
        "page_url": page.get_url(request),
        "changes_url": address_of(page, request, "changes", wanted.day),
        **reading_context(text, request, version=wanted),
    }
    return render(request, "practices/version.html", context)


def what_changed(page: KnowledgePage, request: HttpRequest, day: str) -> HttpResponse:
    """What the present text, or that of “?until=2026-05-30”, says differently."""
    found = published_versions(page, request.user)
    before = _version(found, day)
    until = request.GET.get("until", "")
    present = next((each for each in found if each.is_present), None)
    after = _version(found, until) if until else present
    if before is None or (until and after is None):
        raise Http404
    if before.is_present or (after is not None and after.day <= before.day):
        return redirect(address_of(page, request, "versions"))
    texts = former_texts(page, [before] if after is None else [before, after])
    # What the page says now is no version where its revision is gone.
    said, says = texts if after else (texts[0], published_text(page))
    shown = None if after == present else after
    keys = {row.practice.translation_key for row in (*said.rows, *says.rows)}
    neighbours = neighbours_of(page, request.user, keys)
    context = _context(
        page,
        before=before,
        after=shown,
        before_url=address_of(page, request, "version", before.day),
        after_url=address_of(page, request, "version", shown.day) if shown else "",
        others=[each for each in found if each.day > before.day and not each.is_present],
        versions_url=address_of(page, request, "versions"),
        translations=translations_among(neighbours, page),
        changes=changes(said, says, neighbours),
    )
    return render(request, "practices/changes.html", context)


def _context(page: KnowledgePage, **more: object) -> dict[str, object]:
    return {"page": page, "ancestors": [*page.pages_above(), page], **more}


def _version(found: list[Version], day: str) -> Version | None:
    try:
        return version_on(found, date.fromisoformat(day))
    except ValueError:
        return None
