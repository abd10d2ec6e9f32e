"""Every address of the product, and who gets what there.

Read a row as: this view, with these arguments, answers so to each kind of person. The
organization that owns everything is the same in all rows; the stranger edits for another one.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.documents import get_document_model

from tests.organizations.world import PARTNERS, ROLES, World, add_appeal, ask, build_world

pytestmark = pytest.mark.django_db

# “login”: sent to sign in; “no”: sent back to the admin's first page, which says that
# one may not; “done”: what was asked is done, or the form is not valid, and the admin goes on.
MATRIX = """
                                                       anonymous stranger contributor editor moderator lead superuser

# Reading
GET  page:home                                         200   200   200   200   200   200   200
GET  page:public                                       200   200   200   200   200   200   200
GET  page:community                                    404   200   200   200   200   200   404
GET  page:partners                                     404   404   200   200   200   200   404
GET  page:organization                                 404   404   200   200   200   200   404
GET  page:draft                                        404   404   404   404   404   404   404
GET  page:waiting                                      404   404   404   404   404   404   404
GET  versions:public                                   200   200   200   200   200   200   200
GET  versions:community                                404   200   200   200   200   200   404
GET  versions:partners                                 404   404   200   200   200   200   404
GET  versions:organization                             404   404   200   200   200   200   404
GET  versions:draft                                    404   404   404   404   404   404   404
GET  robots                                            200   200   200   200   200   200   200
GET  sitemap                                           200   200   200   200   200   200   200
GET  sitemap-part section=pages                        200   200   200   200   200   200   200
GET  permalink persistent_id=public                    302   302   302   302   302   302   302
GET  permalink persistent_id=partners                  404   404   302   302   302   302   404
GET  permalink persistent_id=organization              404   404   302   302   302   302   404
GET  permalink persistent_id=draft                     404   404   404   404   404   404   404
GET  document:document                                 404   404   200   200   200   200   200
GET  document:offered                                  200   200   200   200   200   200   200
GET  public_decisions                                  200   200   200   200   200   200   200
GET  about                                             200   200   200   200   200   200   200
GET  accessibility                                     200   200   200   200   200   200   200
GET  search:page                                       200   200   200   200   200   200   200
GET  browse                                            200   200   200   200   200   200   200
GET  browse-theme slug=theme                           200   200   200   200   200   200   200
GET  adapt persistent_id=public                        login 200   403   403   403   403   403
POST adapt persistent_id=public                        login 200   403   403   403   403   403
GET  adapt persistent_id=community                     404   200   403   403   403   403   404
GET  adapt persistent_id=partners                      404   404   403   403   403   403   404
GET  adapt persistent_id=organization                  404   404   403   403   403   403   404
GET  adapt persistent_id=draft                         404   404   404   404   404   404   404
POST adapt persistent_id=draft                         404   404   404   404   404   404   404
GET  remark persistent_id=public                       login 404   404   404   404   404   404
POST remark persistent_id=public                       login 404   404   404   404   404   404
GET  remark persistent_id=community                    login 404   404   404   404   404   404
GET  remark persistent_id=partners                     login 404   404   404   404   404   404
GET  remark persistent_id=organization                 login 404   404   404   404   404   404
GET  remark persistent_id=draft                        login 404   404   404   404   404   404
GET  remarks persistent_id=public                      login 404   404   200   200   200   200
POST remarks persistent_id=public                      login 404   404   404   404   404   404
GET  remarks persistent_id=partners                    login 404   200   200   200   200   200
GET  remarks persistent_id=draft                       login 404   200   200   200   200   200
GET  remarks persistent_id=editors_draft               login 404   404   200   200   200   200
GET  exchange:export_search                            200   200   200   200   200   200   200
GET  exchange:feed                                     200   200   200   200   200   200   200
GET  exchange:selection                                200   200   200   200   200   200   200
GET  exchange:export_selection                         200   200   200   200   200   200   200
POST exchange:change_selection                         404   404   404   404   404   404   404
GET  api:search                                        200   200   200   200   200   200   200
GET  api:suggest                                       200   200   200   200   200   200   200
GET  api:api-root                                      404   404   404   404   404   404   404
GET  api:openapi-json                                  200   200   200   200   200   200   200
GET  api:openapi-view                                  200   200   200   200   200   200   200

# One's own notices
GET  notifications:inbox                               login 200   200   200   200   200   200
GET  notifications:choices                             login 200   200   200   200   200   200
POST notifications:choices                             login 200   200   200   200   200   200
POST notifications:read_all                            login 302   302   302   302   302   302
POST notifications:follow pk=notice                    login 404   404   404   done  404   404

# Proposing from the public site: the contributor owns `draft`, `waiting` and `community`
GET  proposing:start                                   login 200   200   200   200   200   200
GET  proposing:new                                     login 302   302   302   302   302   302
POST proposing:new                                     login 302   302   302   302   302   302
GET  proposing:similar                                 login 200   200   200   200   200   200
GET  proposing:standing key=draft                      login 404   200   404   404   404   404
GET  proposing:standing key=community                  login 404   200   404   404   404   404
GET  proposing:standing key=editors_draft              login 404   404   200   404   404   404
GET  proposing:reading key=draft                       login 404   200   404   404   404   404
GET  proposing:step key=draft step=2                   login 404   200   404   404   404   404
POST proposing:step key=draft step=2                   login 404   200   404   404   404   404
GET  proposing:step key=draft step=9                   login 404   404   404   404   404   404
GET  proposing:step key=waiting step=2                 login 404   302   404   404   404   404
POST proposing:step key=waiting step=7                 login 404   302   404   404   404   404
GET  proposing:step key=community step=2               login 404   302   404   404   404   404

# Saved searches: there is one of the moderator; the link of its mails needs no account
GET  notifications:saved_searches                      login 200   200   200   200   200   200
GET  notifications:save_search                         login 200   200   200   200   200   200
POST notifications:save_search                         login 200   200   200   200   200   200
POST notifications:change_search pk=saved_search       login 404   404   404   302   404   404
GET  notifications:stop_mails token=stop_token         200   200   200   200   200   200   200
POST notifications:stop_mails token=stop_token         200   200   200   200   200   200   200

# Writing: the contributor owns `draft` and `waiting`, the editor owns `editors_draft`
GET  wagtailadmin_home                                 login 200   200   200   200   200   200
GET  wagtailadmin_explore parent_page_id=home          login 404   200   200   200   200   200
GET  wagtailadmin_pages:add_subpage parent_page_id=home login 404  200   200   200   200   200
GET  wagtailadmin_pages:add parent_page_id=home        login 404   200   200   200   200   200
GET  wagtailadmin_pages:edit page_id=draft             login 404   200   200   200   200   200
GET  wagtailadmin_pages:edit page_id=editors_draft     login 404   no    200   200   200   200
GET  wagtailadmin_pages:edit page_id=waiting           login 404   200   200   200   200   200
GET  wagtailadmin_pages:edit page_id=home              login 404   no    no    no    no    200
GET  wagtailadmin_pages:view_draft page_id=draft       login 404   200   200   200   200   200
GET  wagtailadmin_pages:view_draft page_id=editors_draft login 404 no    200   200   200   200
GET  wagtailadmin_pages:history page_id=draft          login 404   200   200   200   200   200
GET  wagtailadmin_pages:history page_id=editors_draft  login 404   no    200   200   200   200
GET  wagtailadmin_pages:workflow_history page_id=waiting login 404 200   200   200   200   200
GET  wagtailadmin_pages:revisions_view page_id=waiting revision_id=revision login 404 200 200 200 200 200
GET  wagtailadmin_pages:usage page_id=draft            login 404   200   200   200   200   200
GET  wagtailadmin_pages:copy page_id=draft             login 404   200   200   200   200   200
GET  wagtailadmin_pages:move page_to_move_id=draft     login 404   200   200   200   200   200
GET  wagtailadmin_pages:move page_to_move_id=public    login 404   no    no    no    no    200
GET  wagtailadmin_pages:delete page_id=draft           login 404   200   200   200   200   200
GET  wagtailadmin_pages:delete page_id=public          login 404   no    no    no    no    200
GET  wagtailadmin_pages:unpublish page_id=public       login 404   no    no    200   no    200
POST wagtailadmin_pages:unpublish page_id=public       login 404   no    no    done  no    done
GET  wagtailadmin_pages:set_privacy page_id=public     login 404   no    no    no    no    200
POST wagtailadmin_pages:lock page_id=public            login 404   no    no    no    done  done
GET  simple_translation:submit_page_translation page_id=draft login 404 200 200 200 200 200
GET  simple_translation:submit_page_translation page_id=editors_draft login 404 no 200 200 200 200
GET  simple_translation:submit_page_translation page_id=home login 404 no no no no 200
GET  wagtailadmin_pages:type_use                       login 404   404   404   404   404   200

GET  translation_changes page_id=draft                 login 404   200   200   200   200   200
POST translation_changes page_id=draft                 login 404   200   200   200   200   200
GET  translation_changes page_id=editors_draft         login 404   404   200   200   200   200

# Deciding
GET  wagtailadmin_pages:workflow_action page_id=waiting action_name=approve task_state_id=task_state login 404 done done done done done
POST wagtailadmin_pages:workflow_action page_id=waiting action_name=approve task_state_id=task_state login 404 409 409 409 409 409
GET  moderation:review page_id=waiting                 login 404   200   200   200   200   200
GET  moderation:review page_id=draft                   login 404   200   200   200   200   200
GET  moderation:review page_id=editors_draft           login 404   404   200   200   200   200
GET  moderation:read page_id=waiting revision_id=revision login 404 200  200   200   200   200
GET  moderation:read page_id=draft revision_id=revision login 404  404   404   404   404   404
POST moderation:review page_id=waiting                 login 404   200   200   200   200   200
POST moderation:review page_id=editors_draft           login 404   404   200   200   200   200
POST moderation:conflict page_id=waiting               login 404   done  done  done  no    done
GET  moderation:inbox                                  login 404   404   404   200   404   200
POST moderation:inbox                                  login 404   404   404   done  404   done
GET  moderation:absence                                login 404   404   404   200   404   200
POST moderation:absence                                login 404   404   404   200   404   200
POST moderation:handle page_id=waiting                 login 404   done  done  done  done  done
GET  moderation:letter letter_id=letter                login 404   200   404   200   200   200
GET  moderation:file_appeal letter_id=letter           login 404   done  404   404   404   404
POST moderation:file_appeal letter_id=letter           login 404   done  404   404   404   404
GET  moderation:appeals                                login 200   200   200   200   200   200
GET  moderation:appeal appeal_id=appeal                login 404   200   404   200   200   200
POST moderation:appeal appeal_id=appeal                login 404   409   404   409   409   409
GET  wagtailadmin_pages:workflow_preview page_id=waiting task_id=task login 404 no no 200 no 200
GET  wagtailadmin_pages:confirm_workflow_cancellation page_id=waiting login 404 200 200 200 200 200

# Files and choosers
GET  wagtailimages:index                               login 200   200   200   200   200   200
GET  wagtailimages:edit image_id=image                 login 404   no    200   200   200   200
GET  wagtailimages:delete image_id=image               login 404   no    200   200   200   200
GET  wagtailimages_chooser:choose                      login 200   200   200   200   200   200
GET  wagtailimages_chooser:chosen pk=image             login 404   200   200   200   200   200
GET  wagtaildocs:index                                 login 200   200   200   200   200   200
GET  wagtaildocs:edit document_id=document             login 404   no    200   200   200   200
GET  wagtaildocs_chooser:chosen pk=document            login 404   200   200   200   200   200
GET  wagtailadmin_choose_page                          login 200   200   200   200   200   200
GET  wagtailadmin_api:pages:detail pk=draft            login 404   200   200   200   200   200
GET  wagtailadmin_api:images:detail pk=image           login 404   404   404   404   404   200
GET  wagtailadmin_api:documents:detail pk=document     login 404   404   404   404   404   200

GET  style_guide                                       login 200   200   200   200   200   200
GET  style_guide_components                            login 200   200   200   200   200   200

# The whole site
GET  wagtailadmin_reports:site_history                 login 404   404   404   404   404   200
GET  wagtailadmin_reports:aging_pages                  login 404   404   404   404   404   200
GET  wagtailadmin_reports:locked_pages                 login 404   404   404   404   404   200
GET  wagtailadmin_reports:workflow                     login 404   404   404   404   404   200
GET  wagtailadmin_reports:workflow_tasks               login 404   404   404   404   404   200
GET  wagtailadmin_reports:page_types_usage             login 404   404   404   404   404   200
GET  wagtailadmin_workflows:index                      login 404   404   404   404   404   200
GET  wagtailadmin_workflows:edit pk=workflow           login 404   404   404   404   404   200
GET  wagtailadmin_workflows:edit_task pk=task          login 404   404   404   404   404   200
GET  wagtailadmin_collections:index                    login no    no    no    no    no    200
GET  mail_log                                          login no    no    no    no    no    200
GET  mail_log_results                                  login no    no    no    no    no    200
POST mail_log_retry                                    login no    no    no    no    no    done
GET  search_index                                      login no    no    no    no    no    200
POST search_index_retry                                login no    no    no    no    no    done
GET  wagtailredirects:index                            login no    no    no    no    no    200

# Knowledge, by type
GET  practice-sheets:index                             login 200   200   200   200   200   200
GET  practice-sheets:index_results                     login 200   200   200   200   200   200
GET  practice-sheets:choose_parent                     login done  done  done  done  done  200
GET  case-studies:index                                login 200   200   200   200   200   200
GET  case-studies:index_results                        login 200   200   200   200   200   200
GET  case-studies:choose_parent                        login done  done  done  done  done  200
GET  lessons:index                                     login 200   200   200   200   200   200
GET  lessons:index_results                             login 200   200   200   200   200   200
GET  lessons:choose_parent                             login done  done  done  done  done  200

# The life of a page: `public` is the editor's, `community` the contributor's
GET  life-cycle:index                                  login 200   200   200   200   200   200
GET  life-cycle:index_results                          login 200   200   200   200   200   200
GET  life-cycle:status page_id=public                  login 404   no    no    200   200   200
POST life-cycle:status page_id=public                  login 404   no    no    200   200   200
GET  life-cycle:status page_id=organization            login 404   no    no    200   200   200
GET  life-cycle:status page_id=draft                   login 404   no    no    no    no    no
GET  life-cycle:verify page_id=public                  login 404   no    200   200   200   200
POST life-cycle:verify page_id=public                  login 404   no    done  done  done  done
GET  life-cycle:verify page_id=community               login 404   200   200   200   200   200
POST life-cycle:verify page_id=community               login 404   done  done  done  done  done
POST life-cycle:verify page_id=draft                   login 404   no    no    no    no    no
GET  still-valid persistent_id=public                  login 403   403   200   200   200   200
POST still-valid persistent_id=public                  login 403   403   302   302   302   302
GET  still-valid persistent_id=community               404   403   200   200   200   200   404
POST still-valid persistent_id=community               404   403   302   302   302   302   404
GET  still-valid persistent_id=organization            404   404   200   200   200   200   404
POST still-valid persistent_id=organization            404   404   302   302   302   302   404
GET  still-valid persistent_id=draft                   404   404   404   404   404   404   404
POST still-valid persistent_id=draft                   404   404   404   404   404   404   404

# Organizations and their members
GET  organizations:index                               login no    no    no    no    200   200
GET  organizations:index_results                       login no    no    no    no    200   200
GET  organizations:add                                 login no    no    no    no    no    200
GET  organizations:edit pk=rives                       login 404   404   404   404   200   200
GET  organizations:edit pk=ailleurs                    login 404   404   404   404   404   200
GET  organizations:inspect pk=rives                    login 404   404   404   404   200   200
GET  organizations:history pk=rives                    login 404   404   404   404   200   200
GET  organizations:history_results pk=rives            login 404   404   404   404   200   200
GET  organizations:usage pk=rives                      login 404   404   404   404   200   200
GET  organizations:delete pk=rives                     login 404   404   404   404   no    200
GET  organizations:repair pk=rives                     login 404   404   404   404   200   200
POST organizations:repair pk=rives                     login 404   404   404   404   done  done
GET  memberships:index                                 login no    no    no    no    200   200
GET  memberships:index_results                         login no    no    no    no    200   200
GET  memberships:edit pk=membership                    login 404   404   404   404   200   200
GET  memberships:edit pk=their_membership              login 404   404   404   404   404   200
GET  memberships:delete pk=membership                  login 404   404   404   404   200   200
POST memberships:delete pk=membership                  login 404   404   404   404   done  done
GET  memberships:delete pk=their_membership            login 404   404   404   404   404   200
GET  memberships:history pk=membership                 login 404   404   404   404   200   200
GET  memberships:history_results pk=membership         login 404   404   404   404   200   200
GET  memberships:usage pk=membership                   login 404   404   404   404   200   200
GET  moderation-plans:index                            login no    no    no    no    200   200
GET  moderation-plans:index_results                    login no    no    no    no    200   200
GET  moderation-plans:add                              login no    no    no    no    200   200
GET  moderation-plans:edit pk=plan                     login 404   404   404   404   200   200
GET  moderation-plans:edit pk=their_plan               login 404   404   404   404   404   200
GET  moderation-plans:delete pk=plan                   login 404   404   404   404   200   200
POST moderation-plans:delete pk=plan                   login 404   404   404   404   done  done
GET  moderation-plans:history pk=plan                  login 404   404   404   404   200   200
GET  moderation-plans:history_results pk=plan          login 404   404   404   404   200   200
GET  moderation-plans:usage pk=plan                    login 404   404   404   404   200   200
GET  decisions:index                                   login 404   404   404   200   200   200
GET  decisions:index_results                           login 404   404   404   200   200   200

# Agreements: the one that all have signed, and a draft of the other organization
GET  agreements:index                                  login no    no    no    no    200   200
GET  agreements:index_results                          login no    no    no    no    200   200
GET  agreements:add                                    login no    no    no    no    200   200
GET  agreements:edit pk=agreement                      login 404   404   404   404   200   200
GET  agreements:edit pk=their_draft                    login 404   404   404   404   404   200
GET  agreements:inspect pk=agreement                   login 404   404   404   404   200   200
GET  agreements:inspect pk=their_draft                 login 404   404   404   404   404   200
GET  agreements:history pk=agreement                   login 404   404   404   404   200   200
GET  agreements:history_results pk=agreement           login 404   404   404   404   200   200
GET  agreements:usage pk=agreement                     login 404   404   404   404   200   200
GET  agreements:delete pk=agreement                    login 404   404   404   404   no    no
POST agreements:delete pk=agreement                    login 404   404   404   404   no    no
GET  agreements:act pk=agreement act=suspend           login 404   404   404   404   200   200
POST agreements:act pk=agreement act=resume            login 404   404   404   404   done  done
POST agreements:act pk=their_draft act=send            login 404   404   404   404   404   done
GET  agreements:act pk=agreement act=rien              login 404   404   404   404   404   404
GET  agreements:readers page_id=public                 login 404   no    200   200   200   200
GET  agreements:readers page_id=home                   login 404   404   404   404   404   404
"""  # noqa: E501

# What an agreement opens to its parties beyond what everyone of the community may do, by role; and
# what one leads in one's own organization. All else is answered as to the stranger.
TO_PARTNERS = {
    "GET page:partners": ("200", "200"),
    "GET versions:partners": ("200", "200"),
    "GET permalink persistent_id=partners": ("302", "302"),
    "GET adapt persistent_id=partners": ("200", "200"),
    "GET remark persistent_id=public": ("200", "200"),
    "POST remark persistent_id=public": ("200", "200"),
    "GET remark persistent_id=community": ("200", "200"),
    "GET remark persistent_id=partners": ("200", "200"),
    "GET remarks persistent_id=partners": ("200", "200"),
    "GET organizations:index": ("no", "200"),
    "GET organizations:index_results": ("no", "200"),
    "GET memberships:index": ("no", "200"),
    "GET memberships:index_results": ("no", "200"),
    "GET memberships:add": ("no", "200"),
    "GET moderation-plans:index": ("no", "200"),
    "GET moderation-plans:index_results": ("no", "200"),
    "GET moderation-plans:add": ("no", "200"),
    "GET decisions:index": ("404", "200"),
    "GET decisions:index_results": ("404", "200"),
    "GET agreements:index": ("no", "200"),
    "GET agreements:index_results": ("no", "200"),
    "GET agreements:add": ("no", "200"),
    "GET agreements:edit pk=agreement": ("404", "200"),
    "GET agreements:inspect pk=agreement": ("404", "200"),
    "GET agreements:history pk=agreement": ("404", "200"),
    "GET agreements:history_results pk=agreement": ("404", "200"),
    "GET agreements:usage pk=agreement": ("404", "200"),
    "GET agreements:delete pk=agreement": ("404", "no"),
    "POST agreements:delete pk=agreement": ("404", "no"),
    "GET agreements:act pk=agreement act=suspend": ("404", "200"),
    "POST agreements:act pk=agreement act=resume": ("404", "done"),
}

# Views of the vocabularies: all of them are for those who run the site.
FOR_SUPERUSERS = re.compile(r"^(terms|vocabularies|editions):")
# What is not of this product's own rooms.
NOT_OURS = re.compile(r"^(wagtail|simple_translation)")
# Accounts have a table of their own, with more kinds of people: tests/accounts/test_permissions.py.
ACCOUNTS = re.compile(
    r"^(account_|mfa_|socialaccount_|openid_|invitation|my_space$|community_roles:|people:)"
)

# Arguments that are words, not the names of things.
WORDS = {"action_name", "act", "section", "step"}
# Arguments by which a page is named for good.
LASTING = {"persistent_id", "key"}


def rows() -> list[tuple[str, str, dict[str, str], list[str]]]:
    """The method, the view, its arguments and the seven answers of each row."""
    found = []
    for line in MATRIX.strip().splitlines()[1:]:
        words = line.split()
        if not words or words[0] == "#":
            continue
        method, view, rest = words[0], words[1], words[2:]
        arguments = dict(word.split("=") for word in rest if "=" in word)
        answers = [word for word in rest if "=" not in word]
        assert len(answers) == len(ROLES), line
        found.append((method, view, arguments, answers))
    return found


def address(view: str, arguments: dict[str, str], world: World) -> str:
    """Where the view is, with the numbers of what `arguments` name in `world`."""
    kind, _colon, name = view.partition(":")
    if kind == "page":
        return str(world.pages[name].get_url())
    if kind == "versions":
        return f"{world.pages[name].get_url()}versions/"
    if kind == "document":
        return str(get_document_model().objects.get(pk=world.ids[name]).url)
    kwargs: dict[str, Any] = {}
    for argument, value in arguments.items():
        if argument in LASTING:
            kwargs[argument] = world.pages[value].persistent_id
        else:
            kwargs[argument] = value if argument in WORDS else world.ids[value]
    if view in ("wagtailadmin_pages:add", "wagtailadmin_pages:type_use"):
        kwargs |= {"content_type_app_name": "practices", "content_type_model_name": "lessonpage"}
    return reverse(view, kwargs=kwargs)


def word_for(answer: Any) -> str:
    """The answer in the words of the matrix."""
    if answer.status_code != 302:
        return str(answer.status_code)
    where = answer["Location"]
    if re.match(r"/(fr/compte/connexion|en/account/sign-in)/", where):
        return "login"
    if where == "/admin/":
        return "no"
    return "done" if where.startswith("/admin/") else "302"


def expected(role: str, row: tuple[str, str, dict[str, str], list[str]]) -> str:
    """What the row says for `role`."""
    method, view, arguments, answers = row
    if role in ROLES:
        return answers[ROLES.index(role)]
    named = " ".join([method, view, *(f"{name}={value}" for name, value in arguments.items())])
    to_partners = TO_PARTNERS.get(named)
    return to_partners[PARTNERS.index(role)] if to_partners else answers[ROLES.index("stranger")]


@pytest.mark.parametrize("role", [*ROLES, *PARTNERS])
def test_everyone_gets_what_the_matrix_says(role, search_index):
    world = build_world()
    add_appeal(world)
    search_index()
    client = world.client(role)
    wrong = []
    for row in rows():
        method, view, arguments, _answers = row
        path = address(view, arguments, world)
        with transaction.atomic():
            answer = ask(client, path, method.lower())
            transaction.set_rollback(True)
        wanted, got = expected(role, row), word_for(answer)
        # The admin answers a posted modal form with a page of instructions.
        if method == "POST" and wanted == "done" and got == "200":
            got = "done"
        if got != wanted:
            wrong.append(f"{method} {view} {arguments}: {got}, not {wanted}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("role", ROLES[1:-1])
def test_vocabularies_are_for_who_runs_the_site(role):
    world = build_world()
    client = world.client(role)
    names = [name for name, takes in own_views() if FOR_SUPERUSERS.match(name) and not takes]
    assert names
    for name in names:
        answer = ask(client, reverse(name))
        assert word_for(answer) in ("no", "404"), name


def own_views(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), inner_takes: bool = False
) -> Iterator[tuple[str, bool]]:
    """The name of every view of the product's own rooms, and whether it takes arguments."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (pattern.namespace,) if pattern.namespace else ()
            takes = inner_takes or bool(pattern.pattern.regex.groups)
            yield from own_views(pattern, spaces + inner, takes)
        elif isinstance(pattern, URLPattern) and pattern.name:
            name = ":".join((*spaces, pattern.name))
            if not NOT_OURS.match(name):
                yield name, inner_takes or bool(pattern.pattern.regex.groups)


def test_every_view_of_the_product_is_in_the_matrix():
    known = {view for _method, view, _arguments, _answers in rows()}
    elsewhere = (FOR_SUPERUSERS, ACCOUNTS)
    found = {name for name, _takes in own_views()}
    missing = {name for name in found if not any(each.match(name) for each in elsewhere)} - known

    assert missing == set(), "add a row for each to MATRIX"
