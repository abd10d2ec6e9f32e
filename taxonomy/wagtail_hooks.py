from wagtail import hooks

from taxonomy.viewsets import TaxonomyGroup


@hooks.register("register_admin_viewset")
def register_taxonomy() -> TaxonomyGroup:
    """List vocabularies and terms in the admin's menu."""
    return TaxonomyGroup()
