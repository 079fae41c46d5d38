"""Every route there is, behind one edge."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tradebook.audit.api import ROUTERS as AUDIT
from tradebook.bootstrap.foundation import Foundation
from tradebook.bootstrap.measures import measure
from tradebook.bootstrap.system import System
from tradebook.identity.api import ROUTERS as IDENTITY
from tradebook.market.api import ROUTERS as MARKET
from tradebook.trading import api as trading
from tradebook.web import openapi
from tradebook.web.app import api, create_app
from tradebook.web.edge import Edge
from tradebook.web.health import Check, database_check, feed_check, projections_check, redis_check
from tradebook.web.idempotency import Idempotency

ROUTERS = (*IDENTITY, *MARKET, *AUDIT)


def edge(base: Foundation, parts: System) -> Edge:
    """The HTTP application of a running system."""
    secret = base.directory.read_or_create_secret("idempotency.key")
    return create_app(
        parts,
        routers=ROUTERS,
        hot_routes=trading.ROUTES,
        fragments=trading.FRAGMENTS,
        checks=_checks(base, parts),
        measure=partial(measure, parts),
        idempotency=Idempotency(pool=base.pool, authenticator=parts.authenticator, secret=secret),
    )


def api_document() -> Mapping[str, Any]:
    """The OpenAPI document, without a running system."""
    return openapi.describe(api(ROUTERS), trading.FRAGMENTS)


def _checks(base: Foundation, parts: System) -> dict[str, Check]:
    async def lag() -> int:
        return await parts.trading_progress.lag()

    return {
        "database": database_check(base.pool),
        "redis": redis_check(base.redis),
        "projections": projections_check(lag),
        "feed": feed_check(parts.market.silence_s),
    }
