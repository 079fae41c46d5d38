"""Access tokens: JSON Web Tokens that this server signs (EdDSA) and accepts from nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
import msgspec

from tradebook.identity.principal import Role
from tradebook.identity.signing import SigningKeys
from tradebook.kernel.errors import Unauthenticated
from tradebook.kernel.ids import UserId, new_id

ISSUER = "tradebook"
AUDIENCE = "tradebook-api"
LIFETIME = timedelta(minutes=15)
LIFETIME_MAX = timedelta(hours=1)
LENGTH_MAX = 4096


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a verified access token says."""

    sub: UserId
    role: Role
    """As of issue; what counts is the directory's."""
    jti: str
    sid: str
    """The session it belongs to: ending the session revokes every ``jti`` of it."""
    iat: int
    exp: Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800)]
    """Seconds since 1970; a time has four digits for its year."""

    @property
    def expires_at(self) -> datetime:
        """The moment it ends."""
        return datetime.fromtimestamp(self.exp, UTC)


def not_signed_in(detail: str = "The token is not valid here; sign in again.") -> Unauthenticated:
    """The one refusal of every bad token: why it is bad helps only forgers."""
    return Unauthenticated("unauthenticated", detail)


class AccessTokens:
    """Issues and verifies."""

    def __init__(self, keys: SigningKeys, *, lifetime: timedelta = LIFETIME) -> None:
        if not timedelta(0) < lifetime <= LIFETIME_MAX:
            raise ValueError(f"access tokens live at most {LIFETIME_MAX}, not {lifetime}")
        self.keys = keys
        self.lifetime = lifetime

    def issue(self, user_id: UserId, role: Role, *, session_id: str, now: datetime) -> str:
        """A signed token for the session."""
        issued_s = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user_id,
            "role": role.value,
            "jti": new_id(),
            "sid": session_id,
            "iat": issued_s,
            "exp": issued_s + int(self.lifetime.total_seconds()),
        }
        return jwt.encode(claims, self.keys.private, algorithm="EdDSA", headers={"kid": self.keys.kid})

    def verify(self, token: str, now: datetime) -> Claims:
        """The claims of a token that we signed and that has not expired; raises Unauthenticated.

        The algorithm is ours to choose, never the token's; time comes from the caller, so PyJWT's own
        look at the clock is off.
        """
        try:
            key = self.keys.public_by_kid[jwt.get_unverified_header(token)["kid"]]
            payload = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={
                    "require": ["iss", "aud", "sub", "role", "jti", "sid", "iat", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            claims = msgspec.convert(payload, Claims)
        except (jwt.InvalidTokenError, msgspec.ValidationError, LookupError, TypeError, ValueError):
            raise not_signed_in() from None
        if now >= claims.expires_at:
            raise not_signed_in("The token has expired; refresh it or sign in again.")
        return claims
