"""Sign-in at the organisation's own provider (OpenID Connect), where it is configured.

The provider says who somebody is; what they may see stays here. An account must exist under the name the provider
gives: nobody is added by signing in. Requests go to the configured issuer alone, whatever its metadata says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from flask import Flask, redirect, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from dashboard.access import accounts
from dashboard.access.accounts import User

PATHS = frozenset({"/oidc/sign-in", "/oidc/back"})
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Provider:
    """Where people sign in. `claim` is the part of the provider's answer that is the account's name here."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"


def install(
    server: Flask, path: Path, provider: Provider, begin: Callable[[User], None],
    refuse: Callable[[int, str], Response], note: Callable[..., None], local_path: Callable[[str | None], str],
) -> None:
    """Add the two routes. `begin` makes the session, as after a password; both ways end at the same guard."""
    client = OAuth(server).register(
        "softcity", client_id=provider.client_id, client_secret=provider.client_secret,
        server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10},
    )

    scheme = "https" if server.config["SESSION_COOKIE_SECURE"] else "http"

    def is_the_issuers() -> bool:
        """Whether the metadata names this issuer and leads nowhere else."""
        metadata, home = client.load_server_metadata(), urlsplit(provider.issuer)[:2]
        places = [urlsplit(str(metadata.get(name, "")))[:2] for name in _ENDPOINTS]
        return metadata.get("issuer") == provider.issuer and all(place == home for place in places)

    @server.route("/oidc/sign-in")
    def oidc_sign_in() -> Response:
        session["oidc_next"] = local_path(request.args.get("next"))
        try:
            if not is_the_issuers():
                return refuse(502, "oidc_failed")
            answer: Response = client.authorize_redirect(url_for("oidc_back", _external=True, _scheme=scheme))
            return answer
        except (RequestException, AuthlibBaseError, ValueError):
            return refuse(502, "oidc_failed")

    @server.route("/oidc/back")
    def oidc_back() -> Response:
        target = local_path(session.pop("oidc_next", None))
        try:
            # State, PKCE, signature, issuer, audience, nonce and days of the token are checked in here.
            told = client.authorize_access_token()["userinfo"] if is_the_issuers() else {}
        except (RequestException, AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            note(path, "sign-in failed", detail=f"oidc {type(error).__name__}")
            return refuse(400, "oidc_failed")
        name = str(told.get(provider.claim, ""))
        user = accounts.get(path, name) if name else None
        if user is None or user.is_disabled:
            note(path, "sign-in failed", name=name, detail="oidc, no account")
            return refuse(403, "oidc_unknown")
        note(path, "sign-in ok", user, detail="oidc")
        begin(user)
        return redirect(target, 303)
