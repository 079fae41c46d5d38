"""Every route there is, behind one edge."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tradebook.audit.api import ROUTERS as AUDIT
from tradebook.bootstrap.measures import measure
from tradebook.bootstrap.system import System
from tradebook.identity.api import ROUTERS as IDENTITY
from tradebook.identity.venue_credentials.api import ROUTERS as VENUE_CREDENTIALS
from tradebook.market.api import ROUTERS as MARKET
from tradebook.trading import api as trading
from tradebook.web import openapi
from tradebook.web.app import api, create_app
from tradebook.web.edge import Edge
from tradebook.web.system_api import ROUTERS as SYSTEM

ROUTERS = (*IDENTITY, *VENUE_CREDENTIALS, *MARKET, *AUDIT, *SYSTEM)


def edge(parts: System) -> Edge:
    """The HTTP application of a running system."""
    return create_app(
        parts,
        routers=ROUTERS,
        hot_routes=trading.ROUTES,
        fragments=trading.FRAGMENTS,
        checks=parts.checks,
        measure=partial(measure, parts),
        idempotency=parts.idempotency,
    )


def api_document() -> Mapping[str, Any]:
    """The OpenAPI document, without a running system."""
    return openapi.describe(api(ROUTERS), trading.FRAGMENTS)
