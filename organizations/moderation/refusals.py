"""Why a decision is not taken, said to the person who wanted to take it."""

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import TaskState

from core.dates import date_format


class DecisionRefused(PermissionDenied):
    """A decision that was not taken; nothing changed, and the text of the error says why."""


class NotForYou(DecisionRefused):
    """The person has no part in this decision."""


class ReasonMissing(DecisionRefused):
    """The author would have nothing to go by."""

    def __init__(self) -> None:
        super().__init__(_("Say what must change: the author reads your comment."))


class TextChanged(DecisionRefused):
    """The person read another text than the one that would have been decided on."""

    def __init__(self, read: int | None) -> None:
        self.read = read
        super().__init__(
            _("The text changed since you opened it. Nothing was decided: read what changed.")
            if read
            else _("This request does not say which text was read. Nothing was decided.")
        )


class NotToBeShared(DecisionRefused):
    """What the text was made from is not for the readers that it names."""


class AlreadyDecided(DecisionRefused):
    """Somebody else came first."""

    def __init__(self, task_state: TaskState) -> None:
        moment = task_state.finished_at
        said = {
            "person": task_state.finished_by or _("the completeness check"),
            "date": date_format(localtime(moment), "DATETIME_FORMAT") if moment else "",
        }
        if task_state.status == TaskState.STATUS_APPROVED:
            text = _("%(person)s approved this text on %(date)s: nothing is left to decide here.")
        elif task_state.status == TaskState.STATUS_REJECTED:
            text = _("%(person)s asked for changes on %(date)s: nothing is left to decide here.")
        else:
            text = _("This text no longer waits for a decision: it was taken back on %(date)s.")
        super().__init__(text % said)
