"""Every way to come by a token that we did not sign, or no longer stand by."""

import base64
import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from tests.support.identity import NOON

from tradebook.identity.principal import Role
from tradebook.identity.signing import RETIRED_MAX, SigningKeys, thumbprint
from tradebook.identity.tokens import AUDIENCE, ISSUER, AccessTokens
from tradebook.kernel.errors import Unauthenticated
from tradebook.kernel.ids import UserId

VECTORS = Path(os.environ.get("TRADEBOOK_VECTORS", Path(__file__).parents[4] / "shared" / "vectors")) / "jwt"


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys(tmp_path / "secrets" / "signing.json")


@pytest.fixture
def tokens(keys: SigningKeys) -> AccessTokens:
    return AccessTokens(keys)


@pytest.fixture(scope="module")
def shared_tokens(tmp_path_factory: pytest.TempPathFactory) -> AccessTokens:
    return AccessTokens(SigningKeys(tmp_path_factory.mktemp("keys") / "signing.json"))


def issue(tokens: AccessTokens) -> str:
    return tokens.issue(UserId("ada"), Role.TRADER, session_id="s1", now=NOON)


def claims(**changes: Any) -> dict[str, Any]:
    issued = int(NOON.timestamp())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada",
        "role": "owner",
        "jti": "j1",
        "sid": "s1",
        "iat": issued,
        "exp": issued + 900,
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def refused(tokens: AccessTokens, token: str) -> bool:
    try:
        tokens.verify(token, NOON)
    except Unauthenticated:
        return True
    return False


def test_our_own_token_says_who_and_until_when(tokens: AccessTokens) -> None:
    token = issue(tokens)
    verified = tokens.verify(token, NOON + timedelta(minutes=14, seconds=59))
    assert (verified.sub, verified.role, verified.sid) == ("ada", Role.TRADER, "s1")
    assert verified.expires_at == NOON + timedelta(minutes=15)
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": tokens.keys.kid, "typ": "JWT"}
    assert tokens.verify(issue(tokens), NOON).jti != verified.jti


def test_an_expired_token_is_refused_at_the_second(tokens: AccessTokens) -> None:
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.verify(issue(tokens), NOON + timedelta(minutes=15))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"aud": "another-api"},
        {"aud": None},
        {"sub": None},
        {"sid": None},
        {"jti": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": int(NOON.timestamp()) - 1},
        {"iat": None},
        {"role": "emperor"},
    ],
)
def test_a_token_of_our_key_with_wrong_claims_is_refused(
    tokens: AccessTokens, changes: dict[str, Any]
) -> None:
    token = jwt.encode(
        claims(**changes),
        tokens.keys.private,
        algorithm="EdDSA",
        headers={"kid": tokens.keys.kid},
    )
    assert refused(tokens, token)


def test_another_key_under_our_kid_is_a_forgery(tokens: AccessTokens) -> None:
    forged = jwt.encode(
        claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": tokens.keys.kid}
    )
    assert refused(tokens, forged)


@pytest.mark.parametrize("headers", [{}, {"kid": "unknown"}, {"kid": ""}])
def test_a_token_without_a_kid_of_ours_is_refused(tokens: AccessTokens, headers: dict[str, str]) -> None:
    assert refused(tokens, jwt.encode(claims(), tokens.keys.private, algorithm="EdDSA", headers=headers))


def test_the_token_does_not_choose_the_algorithm(tokens: AccessTokens) -> None:
    """The public key as an HMAC secret, no signature at all, another curve: alg confusion in every form."""
    public = base64.urlsafe_b64decode(tokens.keys.jwks()[0]["x"] + "=")
    kid = {"kid": tokens.keys.kid}
    hmac_signed = jwt.encode(claims(), public, algorithm="HS256", headers=kid)
    unsigned = jwt.encode(claims(), "", algorithm="none", headers=kid)
    other_curve = jwt.encode(claims(), generate_private_key(SECP256R1()), algorithm="ES256", headers=kid)
    assert all(refused(tokens, token) for token in (hmac_signed, unsigned, other_curve))


def test_a_signature_moved_to_other_claims_is_refused(tokens: AccessTokens) -> None:
    header, _, signature = issue(tokens).split(".")
    raised = base64.urlsafe_b64encode(json.dumps(claims(role="owner")).encode()).rstrip(b"=").decode()
    assert refused(tokens, f"{header}.{raised}.{signature}")
    assert refused(tokens, f"{header}.{raised}.")


def test_keys_and_critical_extensions_offered_by_the_token_are_not_taken(tokens: AccessTokens) -> None:
    thief = Ed25519PrivateKey.generate()
    jwk = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": base64.urlsafe_b64encode(thief.public_key().public_bytes_raw()).decode(),
    }
    for headers in ({"jwk": jwk}, {"jku": "https://example.org/keys"}, {"kid": tokens.keys.kid, "jwk": jwk}):
        assert refused(tokens, jwt.encode(claims(), thief, algorithm="EdDSA", headers=headers))
    critical = {"kid": tokens.keys.kid, "crit": ["exp"], "exp": 1}
    assert refused(tokens, jwt.encode(claims(), tokens.keys.private, algorithm="EdDSA", headers=critical))


@given(st.text(max_size=200) | st.from_regex(r"[\w-]{0,20}\.[\w-]{0,20}\.[\w-]{0,20}", fullmatch=True))
def test_rubbish_is_refused_and_nothing_else(shared_tokens: AccessTokens, rubbish: str) -> None:
    assert refused(shared_tokens, rubbish)


def test_every_token_of_the_published_vectors_is_refused(tokens: AccessTokens) -> None:
    """RFC 7515 and 7520 examples are well signed by other keys and algorithms, or not at all."""
    published = [
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
        "Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    ]
    if VECTORS.exists():
        cases = json.loads((VECTORS / "rfc7515_examples.json").read_text())["cases"]
        published += [case["token"] for case in cases]
        for file in sorted((VECTORS / "rfc7520_cookbook" / "jws").glob("*.json")):
            compact = json.loads(file.read_text())["output"].get("compact")
            published += [compact] if compact else []
        assert len(published) >= 9
    assert all(refused(tokens, token) for token in published)


def test_an_access_token_lives_an_hour_at_most(keys: SigningKeys) -> None:
    AccessTokens(keys, lifetime=timedelta(hours=1))
    for lifetime in (timedelta(hours=1, seconds=1), timedelta(0)):
        with pytest.raises(ValueError, match="live at most"):
            AccessTokens(keys, lifetime=lifetime)


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    x = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    assert thumbprint(Ed25519PublicKey.from_public_bytes(x)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_key_file_is_for_the_server_alone_and_lasts(tmp_path: Path) -> None:
    path = tmp_path / "signing.json"
    first = SigningKeys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKeys(path).kid == first.kid
    assert list(tmp_path.iterdir()) == [path]


def test_rotation_signs_anew_and_still_verifies_what_was_signed_before(
    tokens: AccessTokens, keys: SigningKeys
) -> None:
    before, old_kid = issue(tokens), keys.kid
    keys.rotate()
    assert keys.kid != old_kid
    assert [key["kid"] for key in keys.jwks()] == [keys.kid, old_kid]
    assert tokens.verify(before, NOON).sub == "ada"
    assert tokens.verify(issue(tokens), NOON).sub == "ada"
    for _ in range(RETIRED_MAX):
        keys.rotate()
    assert refused(tokens, before)


def test_another_process_takes_a_rotation_over(tokens: AccessTokens, keys: SigningKeys) -> None:
    elsewhere = AccessTokens(SigningKeys(keys._path))
    keys.rotate()
    os.utime(keys._path, ns=(1, 1))
    assert refused(elsewhere, issue(tokens))
    elsewhere.keys.refresh()
    assert elsewhere.verify(issue(tokens), NOON).sub == "ada"


def test_published_keys_hold_nothing_private(keys: SigningKeys) -> None:
    assert {name for key in keys.jwks() for name in key} == {"kty", "crv", "x", "kid", "use", "alg"}
