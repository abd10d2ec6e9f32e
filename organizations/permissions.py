"""What each role may do: the permissions of its group, on the organization's pages and files."""

from collections.abc import Mapping

from organizations.models.organizations import Role

# Nobody has `publish_page`: what is published has passed a moderator (see
# `OrganizationApprovalTask`), and a permission that skips them would be found and used.
PAGE_PERMISSIONS: Mapping[str, frozenset[str]] = {
    Role.READER: frozenset(),
    Role.CONTRIBUTOR: frozenset({"add_page"}),
    Role.EDITOR: frozenset({"add_page", "change_page"}),
    # Who reviews advises those who decide: they read, comment and recommend, and change nothing.
    Role.REVIEWER: frozenset(),
    Role.MODERATOR: frozenset({"add_page", "change_page"}),
    Role.LEAD: frozenset({"add_page", "change_page", "lock_page", "unlock_page"}),
}

# Images and documents of the organization's collection.
FILE_PERMISSIONS: Mapping[str, frozenset[str]] = {
    Role.READER: frozenset(),
    Role.REVIEWER: frozenset(),
    Role.CONTRIBUTOR: frozenset({"add_image", "choose_image", "add_document", "choose_document"}),
    Role.EDITOR: frozenset(
        {
            "add_image",
            "change_image",
            "choose_image",
            "add_document",
            "change_document",
            "choose_document",
        }
    ),
}
FILE_PERMISSIONS = {
    **FILE_PERMISSIONS,
    Role.MODERATOR: FILE_PERMISSIONS[Role.EDITOR],
    Role.LEAD: FILE_PERMISSIONS[Role.EDITOR],
}

# Who may write pages.
WRITING_ROLES = frozenset(role for role, given in PAGE_PERMISSIONS.items() if "add_page" in given)

# Who may write to those who work on a page of another organization, where an agreement lets them:
# who writes, and who reviews, whose part it is to comment. Readers speak for nobody but themselves.
COMMENTING_ROLES = WRITING_ROLES | {Role.REVIEWER}

# Rights that have no place in the tree: entering the admin, and making translations. Who only reads
# has nothing to do there.
_ENTERS = frozenset({"wagtailadmin.access_admin"})
_WRITES = _ENTERS | {"simple_translation.submit_translation"}
GENERAL_PERMISSIONS: Mapping[str, frozenset[str]] = {
    Role.READER: frozenset(),
    Role.CONTRIBUTOR: _WRITES,
    Role.EDITOR: _WRITES,
    Role.REVIEWER: _ENTERS,
    Role.MODERATOR: _WRITES,
    Role.LEAD: _WRITES,
}
