"""The two languages and the home page of each, so that a new site answers at once."""

from django.db import migrations


def create_home_pages(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("core", "HomePage")
    SiteSettings = apps.get_model("core", "SiteSettings")

    french, _ = Locale.objects.get_or_create(language_code="fr")
    english, _ = Locale.objects.get_or_create(language_code="en")
    content_type, _ = ContentType.objects.get_or_create(
        app_label="core", model="homepage"
    )

    root = Page.objects.get(depth=1)
    # Wagtail's own first migration leaves a welcome page, which ours replaces.
    Site.objects.all().delete()
    Page.objects.filter(depth__gt=1).delete()
    common = {"depth": 2, "numchild": 0, "content_type": content_type, "live": True}
    home = HomePage.objects.create(
        title="Accueil",
        draft_title="Accueil",
        slug="accueil",
        path="00010001",
        url_path="/accueil/",
        locale=french,
        headline="Des pratiques qui passent d’une organisation à l’autre",
        **common,
    )
    HomePage.objects.create(
        title="Home",
        draft_title="Home",
        slug="home",
        path="00010002",
        url_path="/home/",
        locale=english,
        translation_key=home.translation_key,
        headline="Practices that pass from one organization to another",
        **common,
    )
    root.numchild = 2
    root.save(update_fields=["numchild"])
    site = Site.objects.create(
        hostname="localhost",
        port=80,
        site_name="Passerelle",
        root_page_id=home.pk,
        is_default_site=True,
    )
    SiteSettings.objects.create(site=site, community_name_fr="Passerelle")


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_home_page_and_settings"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_home_pages, migrations.RunPython.noop)]
