"""`manage.py search_reconcile [--repair]`: compare, and have what differs written again."""

from search.management.commands.search_health import Command as HealthCommand


class Command(HealthCommand):
    may_repair = True
