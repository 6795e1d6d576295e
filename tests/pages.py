"""Pages as Dash's own callback gives them to a signed-in client of the server."""

import inspect
import json
from collections.abc import Mapping
from html import escape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

PAGE_CALLBACK = ".._pages_content.children..._pages_store.data.."


def page_body(path: str, search: str = "") -> dict[str, Any]:
    """What a browser sends for the page at an address."""
    return {
        "output": PAGE_CALLBACK,
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
    answer = client.post("/_dash-update-component", json=page_body(path, search), headers={"X-CSRFToken": token.value})
    return answer.get_json()["response"]["_pages_content"]


def _words(node: Any) -> str:
    if isinstance(node, list):
        return " ".join(map(_words, node))
    if isinstance(node, dict):
        return _words(node["props"].get("children")) if "props" in node else " ".join(map(_words, node.values()))
    return "" if node is None else str(node)


def callbacks(server: Flask) -> dict[str, str]:
    """Every callback that the server answers, by its name: the module it stands in. Dash's own page callback is not among them."""
    app = server.extensions["dash_app"]
    found = {name: inspect.unwrap(one["callback"]).__module__ for name, one in app.callback_map.items() if one.get("callback")}
    return {name: module for name, module in found.items() if name != PAGE_CALLBACK}


def body_of(server: Flask, name: str, values: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    """A body that asks for a callback with exactly what it declares.

    `values` are by `id.property` (of an id of several keys, its type), or by property where no such is named; `keys` fill the wildcards of ids, one part for each list.
    """
    declared = server.extensions["dash_app"].callback_map[name]

    def part(one: Mapping[str, str]) -> Any:
        if not one["id"].startswith("{"):
            return {"id": one["id"], "property": one["property"], "value": values.get(f"{one['id']}.{one['property']}", values.get(one["property"]))}
        pattern = json.loads(one["id"])
        id_ = {key: keys.get(key, "x") if isinstance(wanted, list) else wanted for key, wanted in pattern.items()}
        value = values.get(f"{pattern.get('type')}.{one['property']}", values.get(one["property"]))
        made = {"id": id_, "property": one["property"], "value": id_ if one["property"] == "id" else value}
        return [made] if ["ALL"] in pattern.values() else made

    told = [dict(zip(("id", "property"), one.split("@")[0].rsplit(".", 1), strict=True)) for one in (name[2:-2].split("...") if name.startswith("..") else [name])]
    outputs = [part(one) for one in told]
    return {
        "output": name, "outputs": outputs if name.startswith("..") else outputs[0], "inputs": [part(one) for one in declared["inputs"]],
        "state": [part(one) for one in declared["state"]], "changedPropIds": [],
    }  # fmt: skip


def html_of(node: Any) -> str:
    """An answer's components as one text of markup: tags, properties, words."""
    if isinstance(node, list):
        return "".join(map(html_of, node))
    if not isinstance(node, dict):
        return "" if node is None else escape(str(node))
    if "props" not in node:
        return "".join(map(html_of, node.values()))
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in node["props"].items() if key != "children")
    return f"<{node['type']}{written}>{html_of(node['props'].get('children'))}</{node['type']}>"
