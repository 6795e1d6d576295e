"""Sign-in at the organisation's own provider (OpenID Connect), where it is configured.

The provider says who somebody is; what they may see stays here. A person is the pair of issuer and subject, bound to an
account that an administrator allowed for it; the first sign-in binds by the e-mail the account was allowed for, if the
provider has verified it. A name the provider gives is nobody here. Requests go to the configured issuer alone, whatever
its metadata says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from flask import Flask, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from dashboard.access import accounts, guard
from dashboard.access.accounts import User

PATHS = frozenset({"/oidc/sign-in", "/oidc/back"})
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Provider:
    """Where people sign in."""

    issuer: str
    client_id: str
    client_secret: str


def install(
    server: Flask, path: Path, provider: Provider, enter: Callable[[User, str, str], Response], limited: Callable[[Any], Any]
) -> None:
    """Add the two routes. `enter` goes on as after a password; both ways end at the same guard."""
    client = OAuth(server).register(
        "softcity", client_id=provider.client_id, client_secret=provider.client_secret,
        server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": 10},
    )

    scheme = "https" if server.config["SESSION_COOKIE_SECURE"] else "http"

    def is_the_issuers() -> bool:
        """Whether the metadata names this issuer and leads nowhere else."""
        metadata, home = client.load_server_metadata(), urlsplit(provider.issuer)[:2]
        places = [urlsplit(str(metadata.get(name, "")))[:2] for name in _ENDPOINTS]
        return metadata.get("issuer") == provider.issuer and all(place == home for place in places)

    @server.route("/oidc/sign-in")
    @limited
    def oidc_sign_in() -> Response:
        session["oidc_next"] = guard.local_path(request.args.get("next"))
        try:
            if not is_the_issuers():
                return guard.refuse(502, "oidc_failed")
            answer: Response = client.authorize_redirect(url_for("oidc_back", _external=True, _scheme=scheme))
            return answer
        except (RequestException, AuthlibBaseError, ValueError):
            return guard.refuse(502, "oidc_failed")

    @server.route("/oidc/back")
    @limited
    def oidc_back() -> Response:
        target = guard.local_path(session.pop("oidc_next", None))
        try:
            # State, PKCE, signature, issuer, audience, nonce and days of the token are checked in here.
            told = client.authorize_access_token()["userinfo"] if is_the_issuers() else {}
        except (RequestException, AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            guard.note("sign-in failed", detail=f"oidc {type(error).__name__}")
            return guard.refuse(400, "oidc_failed")
        subject = str(told.get("sub", ""))
        email = str(told.get("email", "")) if told.get("email_verified") is True else ""
        user = accounts.oidc_user(path, provider.issuer, subject, email) if subject else None
        if user is None:
            guard.note("sign-in failed", detail="oidc, no account is bound to this person")
            return guard.refuse(403, "oidc_unknown")
        return enter(user, "oidc", target)
