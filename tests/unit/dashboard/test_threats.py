"""Threats that no other file of tests stands against, one test each; docs/security.md lists them all."""

import ast
import shutil

import dash
import duckdb
import pytest
from conftest import PASSWORD, ask, form_token, html_of, page, paths, press, sign_in
from yaml.constructor import FullConstructor, SafeConstructor

from dashboard.app import create_app
from dashboard.filters import FILTERS
from dashboard.operators import OPERATORS
from dashboard.tables import TABLES
from pipelines.base.strict import _UniqueKeys
from pipelines.settings import PROJECT

SQL = ("' or '1'='1", "x'; drop table fct_claim; --", "1 union select * from dim_park", '"/**/or/**/1=1', "%' or true --")
MARKUP = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
UNSEEN = "\x1b[2J\u202e\x9b"


@pytest.mark.parametrize("kind", sorted(FILTERS))
def test_no_filter_carries_sql(signed_in, kind: str):
    client = signed_in("opa")
    whole = len(client.get("/export/firm_list.csv").get_data(as_text=True).splitlines())
    for words in SQL:
        answer = client.get("/export/firm_list.csv", query_string={kind: words})
        assert answer.status_code in {200, 400, 404}, (kind, words)
        if answer.status_code == 200:  # free words are looked for as they stand, in the rows one may see
            assert len(answer.get_data(as_text=True).splitlines()) <= whole
        assert "state-broken" not in page(client, "/firms", f"?{kind}={words}")


@pytest.mark.parametrize("words", SQL)
def test_no_sort_condition_or_edit_of_a_table_carries_sql(signed_in, words: str):
    """A column and an operator are of lists of ours, a value is bound: it is looked for as it stands, in the rows one may see."""
    client = signed_in("opa")
    whole = client.get("/export/firm_list.csv").get_data(as_text=True)
    names = [f"firm_list.enterprise_name__{name}" for name in OPERATORS]
    for key in ("firm_list.sort", "set.6b_1", *names):
        answer = client.get("/export/firm_list.csv", query_string={key: words})
        assert answer.status_code in ({200, 400} if key in names else {400}), key
        rows = set(answer.get_data(as_text=True).splitlines()[8:]) if answer.status_code == 200 else set()
        assert rows <= set(whole.splitlines()), key
    for key in (f"firm_list.{words}__equals", f"firm_list.enterprise_name__{words}"):
        answer = client.get("/export/firm_list.csv", query_string={key: "x"}).get_data(as_text=True)
        assert len(answer.splitlines()) == len(whole.splitlines()), "what is no column or operator says nothing"
    asked = {"getRowsRequest": {"startRow": 0, "endRow": 9, "sortModel": [{"colId": words, "sort": "asc"}], "filterModel": {words: {"type": words, "filter": words, "filterType": "text"}}}}
    answer = press(client, "grid.getRowsRequest", {**asked, "here.pathname": "/firms"}, {"table": "firm_list"})
    assert "rowData" not in answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def hostile(published, accounts_file, tmp_path_factory):
    """The small city with markup in every text a file could bring; ids stay, since addresses are made of them."""
    folder = tmp_path_factory.mktemp("hostile") / "published"
    shutil.copytree(published, folder)
    database = folder / "20260101-test" / "marts.duckdb"
    with duckdb.connect(str(database)) as db:
        columns = db.execute("""
            select table_name, column_name from information_schema.columns where data_type = 'VARCHAR'
            and regexp_matches(column_name, 'name|title|reason|evidence|value_seen|message|says|quote|words|scope$|note')
            and column_name not in ('table_name', 'column_name', 'name_id')
        """).fetchall()
        for table, column in columns:
            db.execute(f"update {table} set {column} = {column} || ?", [MARKUP + UNSEEN])
    assert len(columns) > 40
    return create_app(folder, accounts_file, decisions=folder.parent / "decisions"), database


def components_in(node: object) -> list[dict]:
    """Every component of an answer."""
    if isinstance(node, list):
        return [found for part in node for found in components_in(part)]
    if not isinstance(node, dict):
        return []
    return ([node] if "namespace" in node else []) + [found for part in node.values() for found in components_in(part)]


def test_markup_in_any_ingested_text_is_text_on_every_page(hostile):
    """React writes text as text; what could still be read as markup is named here and held to be none, and figures to what plotly knows."""
    server, database = hostile
    client = server.test_client()
    sign_in(client, "adm")
    with duckdb.connect() as db:
        db.execute(f"attach '{database}' as city (read_only)")
        firm = db.execute("select enterprise_id from city.fct_claim where enterprise_id like '9%' limit 1").fetchone()[0]
    seen = 0
    for one in dash.page_registry.values():
        path = paths(one)[0] if "<firm>" not in (one["path_template"] or "") else f"/firms/{firm}"
        answer = ask(client, path).get_json()
        text = html_of(answer)
        assert "state-broken" not in text, path
        seen += "onerror" in text
        for component in components_in(answer):
            assert (component["namespace"], component["type"]) not in {("dash_core_components", "Markdown"), ("dash_mantine_components", "RichTextEditor")}, path
            assert not {"dangerously_allow_html", "dangerouslySetInnerHTML", "srcDoc"} & component["props"].keys(), path
            assert not str(component["props"].get("href", "")).lower().startswith(("javascript:", "data:")), path
            if component["type"] == "Graph":
                drawn = str(component["props"]["figure"])
                assert "<img" not in drawn, path
                assert "<script" not in drawn, path
        assert not set(text) & set("\x1b\u202e\x9b"), path
    assert seen > 5, "the hostile words reach the pages"


def test_markup_in_any_ingested_text_is_text_in_a_grid(hostile):
    server, _ = hostile
    client = server.test_client()
    sign_in(client, "adm")
    for name in TABLES:
        answer = press(client, "grid.getRowsRequest", {"getRowsRequest": {"startRow": 0, "endRow": 50}, "here.pathname": "/firms", "here.search": ""}, {"table": name})
        text = str(answer.get_json())
        assert not set(text) & set("\x1b\u202e\x9b"), name
        assert "javascript:" not in text, name


def test_a_session_planted_before_sign_in_stays_nobodys(server):
    thief, victim = server.test_client(), server.test_client()
    token = form_token(thief)
    planted = thief.get_cookie("softcity_session").value
    victim.set_cookie("softcity_session", planted)
    victim.post("/login", data={"name": "ana", "password": PASSWORD, "form": token})
    assert ask(victim, "/").status_code == 200
    assert ask(thief, "/").status_code == 401
    assert victim.get_cookie("softcity_session").value != planted


def test_behind_tls_the_cookie_is_secure_and_the_browser_told_to_stay(published, accounts_file):
    client = create_app(published, accounts_file, secure_cookies=True).test_client()
    answer = client.get("/login", base_url="https://city.example")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "path",
    [
        "/export/..%2f..%2fetc%2fpasswd.csv", "/export/firm_list.csv/../../x", "/export/report/..%2f..%2fCURRENT.pdf",
        "/export/firm_list.py", "/assets/../access/accounts.py", "/assets/..%2faccess%2faccounts.py",
        "/_dash-component-suites/dash/..%2f..%2fetc%2fpasswd", "/vendor/../serve.py",
    ],
)
def test_no_path_leads_out_of_its_folder(signed_in, path: str):
    answer = signed_in("adm").get(path)
    text = answer.get_data(as_text=True)
    is_shell = 'id="react-entry-point"' in text  # the empty page that then asks what stands at an address: nothing
    assert answer.status_code in {400, 404} or is_shell
    assert not any(word in text for word in ("root:x", "from dashboard", "20260101-test"))


def test_debugging_cannot_be_switched_on_from_outside(published, accounts_file, monkeypatch):
    for name in ("FLASK_DEBUG", "DASH_DEBUG", "DASH_UI"):
        monkeypatch.setenv(name, "1")
    server = create_app(published, accounts_file)
    assert server.debug is False
    assert server.testing is False
    client = server.test_client()
    sign_in(client, "adm")
    assert client.get("/_reload-hash").get_json()["reloadHash"] is None
    assert "Traceback" not in client.get("/console").get_data(as_text=True)


def test_a_reflected_word_in_a_refusal_is_escaped(signed_in):
    back = signed_in("adm").get("/login?next=/%22%3E%3Cscript%3Ealert(1)%3C/script%3E").get_data(as_text=True)
    assert "<script>alert" not in back


def test_nothing_sent_is_ever_run_or_unpickled():
    """No loader that makes objects, no shell, no evaluation, anywhere in the program."""
    forbidden = {"eval", "exec", "compile", "__import__"}
    for folder in ("pipelines", "dashboard"):
        for path in (PROJECT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
                    assert not names & {"pickle", "shelve", "marshal", "dill"}, path
                if isinstance(node, ast.Call):
                    called = ast.unparse(node.func)
                    assert called not in forbidden, f"{path}:{node.lineno}"
                    assert called not in {"yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen"}, f"{path}:{node.lineno}"
                    words = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                    assert words.get("shell", "False") == "False", f"{path}:{node.lineno}"
                    if called == "yaml.load":
                        assert words["Loader"] == "_UniqueKeys", f"{path}:{node.lineno}"
    assert issubclass(_UniqueKeys, SafeConstructor)
    assert not issubclass(_UniqueKeys, FullConstructor)
