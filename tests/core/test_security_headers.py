"""What every answer allows a browser to load and to do, and what templates must not contain."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

TEMPLATES = Path(settings.BASE_DIR, "templates")
# Pages of the admin, and mails.
NOT_READERS_PAGES = ("admin/", "panels/", "widgets/", "wagtailadmin/", "mail/")
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|href=[\"']javascript:|<script(?![^>]*\bsrc=)(?![^>]*\+json)",
    re.IGNORECASE,
)
READERS_PAGES = [
    "/fr/", "/en/", "/fr/recherche/", "/en/search/?q=x", "/fr/compte/connexion/", "/fr/nowhere/",
    "/api/v1/search?q=x", "/api/v1/docs", "/healthz",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", READERS_PAGES)
def test_a_readers_page_loads_from_its_own_host_only(client: Client, path: str) -> None:
    answer = client.get(path, follow=True)

    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "base-uri 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_the_admin_may_write_its_scripts_into_its_pages(admin_client: Client) -> None:
    policy = admin_client.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "http" not in policy
    assert "*" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/fr/", "/en/search/", "/fr/nowhere/", "/api/v1/search"])
def test_a_reader_gets_no_cookie(client: Client, path: str) -> None:
    assert not client.get(path).cookies


@override_settings(DEBUG=True)
@pytest.mark.django_db
def test_the_error_page_for_developers_is_left_alone(client: Client) -> None:
    assert "Content-Security-Policy" not in client.get("/fr/nowhere/")
    assert "Content-Security-Policy" in client.get("/fr/")


def test_no_template_of_a_readers_page_has_an_inline_script_or_style() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        if not any(part in path.as_posix() for part in NOT_READERS_PAGES)
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
