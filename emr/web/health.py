"""Two questions of a supervisor: is the process alive, and may people be sent to it."""
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_migrated = False  # once true for this process it stays true: migrations only go forward


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers. Touches nothing else, so a slow database never gets it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the database can be reached and knows this version's tables; 503 with the reason when not."""
    if reason := _not_ready():
        return JsonResponse({"ready": False, "reason": reason}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"ready": True})


def _not_ready() -> str | None:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        if not _migrated:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        connection.close()
        return "The database cannot be reached."
    return None if _migrated else "Migrations are missing: run `./run migrate`."
