from wagtail import hooks

from practices.viewsets import KnowledgeGroup


@hooks.register("register_admin_viewset")
def register_knowledge() -> KnowledgeGroup:
    """List the knowledge in the admin's menu."""
    return KnowledgeGroup()
