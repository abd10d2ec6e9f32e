"""What the page of an organization offers to the people of others, and to its own."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, QuerySet, Value

from organizations.access import may_change
from organizations.visibility import Viewer
from practices.adapting import homes_to_adapt_in
from practices.models import KnowledgePage
from practices.remarks import organizations_to_remark_for, remarks_for


def doors_of(page: KnowledgePage, viewer: Viewer) -> Mapping[str, bool | int]:
    """What `viewer`, who reads `page`, may do with it, by name; what they may not is left out.

    And whether there are remarks that they may read; how many is for those who work on the page.
    Agreements are asked about all of it in one query.
    """
    count = getattr(page, "remark_count", None) or 0  # known from the way to the page
    works_on_it = may_change(page, viewer)
    asked: dict[str, QuerySet[Any]] = {
        "may_adapt": homes_to_adapt_in(page, viewer),
        "may_remark": organizations_to_remark_for(page, viewer),
    }
    if count and not works_on_it:
        asked["reads_remarks"] = remarks_for(page, viewer)
    [first, *others] = [
        rows.order_by().annotate(door=Value(name, CharField())).values_list("door")
        for name, rows in asked.items()
    ]
    doors: dict[str, bool | int] = {name: True for (name,) in first.union(*others)}
    if count and works_on_it:
        doors |= {"reads_remarks": True, "remark_count": count}
    return doors
