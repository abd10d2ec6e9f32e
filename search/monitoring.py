"""What programs ask that watch the site: is it alive, can it answer, what are its figures."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from search import service
from search.core.engine import Health, SearchEngine
from search.models import OutboxEntry

QUANTILES = (0.5, 0.95, 0.99)


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers, whatever the state of what it depends on."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when readers get answers, 503 when the database is away.

    Without its engine the search answers from a stand-in: "degraded", and ready all the same.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "away"}, status=503)
    if service.breaker.is_open or not service.engine().health().available:
        return JsonResponse({"status": "degraded", "database": "ok", "search": "away"})
    return JsonResponse({"status": "ok", "database": "ok", "search": "ok"})


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of the search in the text format of Prometheus.

    For staff, and for who shows the token of METRICS_TOKEN. The address of the caller proves
    nothing: behind a proxy on the same machine everybody comes from there.
    """
    if not _may_read_metrics(request):
        return HttpResponse(
            "Show the token of METRICS_TOKEN: Authorization: Bearer <token>\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    text = "".join(f"{line}\n" for line in _lines())
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics(request: HttpRequest) -> bool:
    if request.user.is_active and request.user.is_staff:
        return True
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return (
        bool(settings.METRICS_TOKEN)
        and kind.lower() == "bearer"
        and constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    )


def _lines() -> Iterable[str]:
    waiting = OutboxEntry.objects.waiting()
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    yield from _gauge("outbox_entries", "Changes that wait to be indexed.", waiting.count())
    yield from _gauge("outbox_oldest_seconds", "How long the oldest of them has waited.", age)
    dead = OutboxEntry.objects.dead().count()
    yield from _gauge("dead_letters", "Changes that were given up.", dead)
    yield from _gauge(
        "breaker_open",
        "1 while the engine is left alone because it does not answer.",
        int(service.breaker.is_open),
    )
    health = {_label(engine): engine.health() for engine in service.engines()}
    yield from _gauges("engine_up", "Whether an index can answer.", _up(health))
    documents = {label: each.documents for label, each in health.items()}
    yield from _gauges("documents", "Documents in an index.", documents)
    name = "passerelle_search_engine_seconds"
    yield f"# HELP {name} How long the engine took to answer, in this process."
    yield f"# TYPE {name} summary"
    for share in QUANTILES:
        yield f'{name}{{quantile="{share}"}} {service.latencies.quantile(share):.6f}'
    yield f"{name}_sum {service.latencies.seconds:.6f}"
    yield f"{name}_count {service.latencies.count}"


def _label(engine: SearchEngine) -> str:
    role = "engine" if engine is service.engine() else "standby"
    return f'{{engine="{engine.name}",role="{role}"}}'


def _up(health: Mapping[str, Health]) -> dict[str, int]:
    return {label: int(each.available) for label, each in health.items()}


def _gauge(name: str, help_text: str, value: float) -> Iterable[str]:
    return _gauges(name, help_text, {"": value})


def _gauges(name: str, help_text: str, values: Mapping[str, float]) -> Iterable[str]:
    yield f"# HELP passerelle_search_{name} {help_text}"
    yield f"# TYPE passerelle_search_{name} gauge"
    for labels, value in values.items():
        yield f"passerelle_search_{name}{labels} {value}"
