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
from dashboard.errors import AccountError
from pipelines.base.errors import SettingsError
from pipelines.settings import Settings

SECRET = "a secret of the two"


@pytest.fixture
def provider() -> Iterator[SimpleNamespace]:
    """A provider that says what the test wants it to say; `asked` is every request it got."""
    key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    state = SimpleNamespace(claims={"sub": "of-ana"}, key=key, asked=[], nonce="", metadata={})
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
        claims = {"iss": state.issuer, "aud": "softcity", "sub": "nobody", "iat": moment, "exp": moment + 60, "nonce": state.nonce}
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
def arrive(provider, published: Path, tmp_path: Path) -> Callable:
    """Go to the provider and come back from it, as a browser would."""
    file = tmp_path / "accounts.sqlite"
    for name, role, parks in (("ana", "analyst", ()), ("opa", "operator", ("P001",))):
        accounts.add(file, name, PASSWORD, role, parks)
        accounts.allow_oidc(file, name, issuer=provider.issuer, subject=f"of-{name}")
    options = {"issuer": provider.issuer, "client_id": "softcity", "client_secret": SECRET}
    server = create_app(published, file, oidc=options)

    def make(target: str = "/parks"):
        client = server.test_client()
        away = client.get(f"/oidc/sign-in?next={target}", headers={"Accept": "text/html"})
        if away.status_code != 302:
            return client, away
        assert away.headers["Location"].startswith(provider.issuer + "/authorize?")
        sent = {key: value[0] for key, value in parse_qs(urlsplit(away.headers["Location"]).query).items()}
        assert sent["code_challenge_method"] == "S256"
        assert sent["redirect_uri"].endswith("/oidc/back")
        provider.nonce = sent["nonce"]
        return client, client.get(f"/oidc/back?code=c&state={sent['state']}", headers={"Accept": "text/html"})

    make.file = file
    return make


def test_a_known_person_gets_their_own_role_and_where_they_wanted_to_go(arrive, provider):
    provider.claims = {"sub": "of-opa"}
    client, back = arrive("/parks?year=2025")
    assert (back.status_code, back.headers["Location"]) == (303, "/parks?year=2025")
    text = ask(client, "/parks").get_data(as_text=True)
    assert "P001" in text
    assert "P002" not in text
    assert set(provider.asked) == {"/.well-known/openid-configuration", "/token", "/keys"}


@pytest.mark.parametrize(
    "claims",
    [
        {}, {"preferred_username": "ana"}, {"name": "ana", "email": "ana", "email_verified": True}, {"sub": ""}, {"sub": "OF-ANA"},
        {"email": "wu@city.example"}, {"email": "wu@city.example", "email_verified": False},
        {"email": "wu@city.example", "email_verified": "true"}, {"email": "li@city.example", "email_verified": True},
    ],
)
def test_a_person_no_account_is_bound_to_is_told_so_whatever_name_the_provider_gives(arrive, provider, claims):
    accounts.add(arrive.file, "wu", PASSWORD, "analyst")
    accounts.allow_oidc(arrive.file, "wu", email="wu@city.example")
    before = accounts.roll(arrive.file)
    provider.claims = claims
    client, back = arrive()
    assert back.status_code == 403
    assert "没有绑定" in back.get_data(as_text=True)
    assert ask(client, "/parks").status_code == 401
    assert accounts.roll(arrive.file) == before


def test_a_verified_e_mail_binds_the_account_allowed_for_it_once_and_then_the_subject_alone_counts(arrive, provider):
    accounts.add(arrive.file, "wu", PASSWORD, "analyst")
    accounts.allow_oidc(arrive.file, "wu", email="Wu@City.example")
    provider.claims = {"sub": "77", "email": "wu@city.EXAMPLE", "email_verified": True}
    client, back = arrive()
    assert back.status_code == 303
    assert ask(client, "/account").status_code == 200
    provider.claims = {"sub": "78", "email": "wu@city.example", "email_verified": True}
    assert arrive()[1].status_code == 403, "another person of that address"
    provider.claims = {"sub": "77"}
    assert arrive()[1].status_code == 303
    accounts.forbid_oidc(arrive.file, "wu")
    assert ask(client, "/account").status_code == 401
    assert arrive()[1].status_code == 403


def test_two_accounts_are_never_bound_to_one_person(arrive, provider):
    accounts.add(arrive.file, "wu", PASSWORD, "analyst")
    for whom in ({"issuer": provider.issuer, "subject": "of-ana"}, {"email": "nonsense"}, {"subject": "no issuer"}):
        with pytest.raises(AccountError):
            accounts.allow_oidc(arrive.file, "wu", **whom)
    accounts.allow_oidc(arrive.file, "wu", email="wu@city.example")
    with pytest.raises(AccountError, match="wu is bound"):
        accounts.allow_oidc(arrive.file, "opa", email="WU@city.example")


def test_a_disabled_account_stays_out(arrive):
    accounts.disable(arrive.file, "ana")
    assert arrive()[1].status_code == 403


@pytest.mark.parametrize(
    "claims",
    [{"iss": "http://evil.example"}, {"aud": "another"}, {"exp": 1}, {"nonce": "another"}],
    ids=["issuer", "audience", "expired", "nonce"],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(arrive, provider, claims):
    provider.claims = {"sub": "of-ana", **claims}
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
