"""When gathered mails leave."""

import datetime

from django.utils import timezone

# The hour of the day, in the time zone of the site, from which the gathered mails leave.
HOUR = 7


def last_morning(now: datetime.datetime, *, monday: bool = False) -> datetime.datetime:
    """The latest moment, not after `now`, at which gathered mails left: today's, or a Monday's."""
    day = now.date()
    if monday:
        day -= datetime.timedelta(days=day.weekday())
    morning = timezone.make_aware(datetime.datetime.combine(day, datetime.time(HOUR)))
    if morning > now:
        day -= datetime.timedelta(days=7 if monday else 1)
        morning = timezone.make_aware(datetime.datetime.combine(day, datetime.time(HOUR)))
    return morning
