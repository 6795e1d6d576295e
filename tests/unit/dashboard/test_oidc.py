"""Sign-in at a provider of our own, over real requests on this machine: who gets in, and who does not."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import PASSWORD, ask
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from dashboard.access import accounts
from dashboard.app import create_app
from pipelines.errors import SettingsError
from pipelines.settings import Settings

SECRET = "a secret of the two"


@pytest.fixture
def provider() -> Iterator[SimpleNamespace]:
    """A provider that says what the test wants it to say; `asked` is every request it got."""
    key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    state = SimpleNamespace(claims={"preferred_username": "ana"}, key=key, asked=[], nonce="", metadata={})
    app = Flask("provider")

    @app.before_request
    def seen() -> None:
        state.asked.append(request.path)

    @app.get("/.well-known/openid-configuration")
    def metadata():
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        found = {"issuer": state.issuer, **{name: state.issuer + path for name, path in places.items()}}
        return jsonify({**found, "id_token_signing_alg_values_supported": ["RS256"], **state.metadata})

    @app.get("/keys")
    def keys():
        return jsonify({"keys": [key.as_dict(private=False)]})

    @app.post("/token")
    def token():
        assert request.form["code_verifier"]
        assert request.authorization.password == SECRET
        moment = int(time.time())
        claims = {"iss": state.issuer, "aud": "softcity", "sub": "1", "iat": moment, "exp": moment + 60, "nonce": state.nonce}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, **state.claims}, state.key)
        return jsonify({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    server = make_server("127.0.0.1", 0, app)
    state.issuer = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    thread.join()


@pytest.fixture
def arrive(provider, published: Path, accounts_file: Path) -> Callable:
    """Go to the provider and come back from it, as a browser would."""
    options = {"issuer": provider.issuer, "client_id": "softcity", "client_secret": SECRET}
    client = create_app(published, accounts_file, oidc=options).test_client()

    def make(target: str = "/parks"):
        away = client.get(f"/oidc/sign-in?next={target}", headers={"Accept": "text/html"})
        if away.status_code != 302:
            return client, away
        assert away.headers["Location"].startswith(provider.issuer + "/authorize?")
        sent = {key: value[0] for key, value in parse_qs(urlsplit(away.headers["Location"]).query).items()}
        assert sent["code_challenge_method"] == "S256"
        assert sent["redirect_uri"].endswith("/oidc/back")
        provider.nonce = sent["nonce"]
        return client, client.get(f"/oidc/back?code=c&state={sent['state']}", headers={"Accept": "text/html"})

    return make


def test_a_known_person_gets_their_own_role_and_where_they_wanted_to_go(arrive, provider):
    provider.claims = {"preferred_username": "opa"}
    client, back = arrive("/parks?year=2025")
    assert (back.status_code, back.headers["Location"]) == (303, "/parks?year=2025")
    text = ask(client, "/parks").get_data(as_text=True)
    assert "P001" in text
    assert "P002" not in text
    assert set(provider.asked) == {"/.well-known/openid-configuration", "/token", "/keys"}


@pytest.mark.parametrize("claims", [{"preferred_username": "nobody-here"}, {"preferred_username": ""}, {}])
def test_a_person_without_an_account_is_told_so_and_none_is_made(arrive, provider, accounts_file: Path, claims):
    before = accounts.list_users(accounts_file)
    provider.claims = claims
    client, back = arrive()
    assert back.status_code == 403
    assert "没有您的账号" in back.get_data(as_text=True)
    assert ask(client, "/parks").status_code == 401
    assert accounts.list_users(accounts_file) == before


def test_a_disabled_account_stays_out(arrive, provider, accounts_file: Path):
    accounts.add(accounts_file, "gone", PASSWORD, "analyst")
    accounts.disable(accounts_file, "gone")
    provider.claims = {"preferred_username": "gone"}
    assert arrive()[1].status_code == 403


@pytest.mark.parametrize(
    "claims",
    [{"iss": "http://evil.example"}, {"aud": "another"}, {"exp": 1}, {"nonce": "another"}],
    ids=["issuer", "audience", "expired", "nonce"],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(arrive, provider, claims):
    provider.claims = {"preferred_username": "ana", **claims}
    client, back = arrive()
    assert back.status_code == 400
    assert ask(client, "/parks").status_code == 401


def test_a_token_signed_by_another_key_is_refused(arrive, provider):
    provider.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert arrive()[1].status_code == 400


def test_coming_back_without_having_left_is_refused(arrive):
    client, _ = arrive()
    client.delete_cookie("softcity_session")
    assert client.get("/oidc/back?code=c&state=made-up").status_code == 400
    assert client.get("/oidc/back?error=access_denied").status_code == 400


@pytest.mark.parametrize("place", ["token_endpoint", "jwks_uri", "authorization_endpoint", "issuer"])
def test_metadata_that_leads_to_another_host_is_not_followed(arrive, provider, place: str):
    provider.metadata = {place: "http://127.0.0.2:9/elsewhere"}
    assert arrive()[1].status_code == 502
    assert provider.asked == ["/.well-known/openid-configuration"]


def test_the_sign_in_page_offers_it_only_where_it_is_configured_and_never_leads_away(arrive, server):
    client, _ = arrive("//evil.example")
    client.post("/logout")
    assert 'id="oidc"' in client.get("/login").get_data(as_text=True)
    assert 'id="oidc"' not in server.test_client().get("/login").get_data(as_text=True)
    assert server.test_client().get("/oidc/sign-in").status_code == 401
    assert arrive("//evil.example")[1].headers["Location"] == "/"


def test_half_a_configuration_is_refused_and_names_what_is_missing(monkeypatch):
    assert Settings.load().oidc is None
    monkeypatch.setenv("SOFTCITY_OIDC_ISSUER", "https://id.example")
    with pytest.raises(SettingsError, match="SOFTCITY_OIDC_CLIENT_SECRET"):
        Settings.load()
