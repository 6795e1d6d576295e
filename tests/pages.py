"""Pages as Dash's own callback gives them to a signed-in client of the server."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient


def body_of(path: str, search: str = "") -> dict[str, Any]:
    """What a browser sends for the page at an address."""
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": "pathname", "value": path}, {"id": "_pages_location", "property": "search", "value": search}],
        "changedPropIds": ["_pages_location.pathname"],
    }  # fmt: skip


def signed_in(app: Flask, name: str, password: str) -> FlaskClient:
    client = app.test_client()
    form = client.get("/login").get_data(as_text=True).split('name="form" value="')[1].split('"')[0]
    assert client.post("/login", data={"name": name, "password": password, "form": form}).status_code == 303
    return client


def shown(client: FlaskClient, path: str, search: str = "") -> str:
    """The words of a page, each component's apart from the next."""
    return " ".join(_words(page(client, path, search)).split())


def page(client: FlaskClient, path: str, search: str = "") -> Any:
    """The components of a page with all they hold, figures too."""
    client.get("/", headers={"Accept": "text/html"})
    token = client.get_cookie("_csrf_token")
    assert token is not None
    answer = client.post("/_dash-update-component", json=body_of(path, search), headers={"X-CSRFToken": token.value})
    return answer.get_json()["response"]["_pages_content"]


def _words(node: Any) -> str:
    if isinstance(node, list):
        return " ".join(map(_words, node))
    if isinstance(node, dict):
        return _words(node["props"].get("children")) if "props" in node else " ".join(map(_words, node.values()))
    return "" if node is None else str(node)
