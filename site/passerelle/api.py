"""The programming interface: what each room offers to programs, under one version."""

from ninja import NinjaAPI
from ninja.openapi.docs import Swagger

from search.api import router as search_router

api = NinjaAPI(
    title="Passerelle",
    version="1.0.0",
    urls_namespace="api",
    description="Good practices, case studies and lessons learned, shared between organizations.",
    # The page must ask nobody else anything: no badge from an outside validator.
    docs=Swagger(settings={"validatorUrl": None}),
)
api.add_router("", search_router)
