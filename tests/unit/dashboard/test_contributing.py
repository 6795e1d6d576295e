"""CONTRIBUTING.md, followed to the letter in a copy: what it says works, in the files it names and in no other."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
START, END = "", None
PLACES: dict[str, list[str | None]] = {
    "a page": [START, "\npage:\n", "\npage:\n"],
    "a chart": [END, "        _heading(), shown,\n", "\nfigure:\n", "\nhow:\n", "\nfigure:\n", "\nhow:\n"],
    "a callback or a form": ['html.Div(_sentence(view), id="firms-sentence"),\n', END, '"""\n'],
    "a filter": ["    for one in (\n", '"software": "software_outcome", ', 'filters=("district", ', "\nfilter:\n", START, "\nfilter:\n", START],
    "a role": ["ROLES = (", "ROLES = (", "\nrole: {", "\nrole: {"],
    "a report section": ["    unclaimed = _unclaimed(view)\n", "return [periods, uptake, flow, _instalments(view), districts, ", "\nreport:\n", "\nreport:\n"],
    "an alert": [
        'runs of more than {RUNS_DAYS} days dropped")\n\n', "from pipelines.build_record import last_build\n", "    return [new_files, ", "a failed run ",
    ],
    "a grid column": ["\nselect\n", '            varchar="enterprise_id enterprise_name former_names ', 'Column("enterprise_id", "code"), ', "\ncolumns:\n", "\ncolumns:\n"],
}  # fmt: skip
"""Of each recipe: after what in its file each piece goes."""

ASKED = """
import json, sys
from pathlib import Path
import dash
from conftest import PASSWORD, ask, reading_as, fire, html_of, sign_in, figures, send, body_of, PAGE_CALLBACK
import dashboard
from dashboard.app import create_app

here, published, accounts, decisions = sys.argv[1:]
assert Path(dashboard.__file__).is_relative_to(here)
server = create_app(Path(published), Path(accounts), decisions=decisions)
def client(name):
    made = server.test_client()
    assert sign_in(made, name).status_code == 303
    return made
people = {name: client(name) for name in ("ana", "ste", "opa", "aud", "adm")}
from dashboard.access import accounts as known
from dashboard.reports import content
known.add(Path(accounts), "lea", PASSWORD, "leader")
lea = client("lea")
ana, drawn = people["ana"], ("busiest.figure", [("filters.data", "/busiest?district=320211")])
form = ("firms-counted.children", [("firms-count.n_clicks", 1)], [("firms-named.value", "示例旧名007"), ("here.pathname", "/firms"), ("here.search", "")])
def rows(search):
    name = next(name for name in server.extensions["dash_app"].callback_map if "getRowsResponse" in name)
    values = {"getRowsRequest": {"startRow": 0, "endRow": 200}, "pathname": "/firms", "search": search}
    answer = send(ana, body_of(server, name, values, {"table": "firm_list", "card": "firm_list", "form": "csv"})).get_json()["response"]
    return answer['{"table":"firm_list","type":"grid"}']["getRowsResponse"]["rowData"]
def bar(path, search=""):
    found = [node for node in walk(ask(ana, path, search).get_json()) if node.get("type") == "Graph"]
    return [node["props"]["figure"]["data"][0] for node in found]
def walk(node):
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(one)
    if isinstance(node, dict):
        yield node
def report_titles():
    with reading_as(Path(published), "analyst"):
        return [section.title for section in content.month("2025-12").sections]
print(json.dumps({
    "page": {name: html_of(ask(one, "/busiest").get_json()) for name, one in people.items()},
    "bars": bar("/busiest")[0], "in district": bar("/busiest", "?district=320211")[0],
    "callback": {name: fire(one, *drawn).status_code for name, one in people.items()},
    "redrawn": fire(ana, *drawn).get_json()["response"]["busiest"]["figure"]["data"][0],
    "navigation": {name: "Nav" in (page := json.dumps(one.get("/_dash-layout").get_json())) and "/busiest" in page for name, one in people.items()},
    "park chart": [one for one in bar("/parks") if one["type"] == "bar"],
    "form": fire(ana, *form).get_json(), "form without token": fire(ana, *form, **{"X-CSRFToken": "x"}).status_code,
    "firms": {search: rows(search) for search in ("", "?claimed=some", "?claimed=none")}, "firms page": html_of(ask(ana, "/firms").get_json()),
    "bad filter": html_of(ask(ana, "/firms", "?claimed=other").get_json()),
    "leader": {path: html_of(ask(lea, path).get_json()) for path in ("/", "/audit", "/admin")},
    "leader's file": lea.get("/export/audit.csv").status_code, "accounts": html_of(ask(people["adm"], "/admin").get_json()),
    "report": report_titles(),
    "file": ana.get("/export/firm_list.csv?claimed=none").get_data().decode("utf-8-sig"),
}, ensure_ascii=False))
"""

ALERTED = """
import json, sys
from pathlib import Path
import dagster as dg
from pipelines.defs import automation
from pipelines.settings import Settings

here, home = map(Path, sys.argv[1:])
assert Path(automation.__file__).is_relative_to(here)
told = []
automation.send = lambda urls, title, body: told.append(title) or True
@dg.op
def nothing(): ...
@dg.job
def daily():
    nothing()
(sensor,) = (one for one in automation.sensors(Settings(home=home, landing=home), daily, daily) if one.name == "tell_of_names_that_wait")
first = dg.build_sensor_context()
sensor(first)
sensor(dg.build_sensor_context(cursor=first.cursor))
print(json.dumps(told, ensure_ascii=False))
"""


def steps(recipe: str) -> list[tuple[str, str]]:
    """The files a recipe names and what goes into each."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split(f"## How to add {recipe}\n")[1].split("\n## ")[0]
    found = []
    for step in re.split(r"^\d+\. ", text, flags=re.M)[1:]:
        file = re.match(r"`((?:dashboard|pipelines|docs|tests)/[^`]+)`", step)
        assert file, step
        for block in re.findall(r"^   ```\w+\n(.*?)^   ```$", step, flags=re.M | re.S):
            found.append((file[1], re.sub(r"^   ", "", block, flags=re.M)))
    return found


def follow(recipe: str, copy: Path) -> None:
    for (file, piece), place in zip(steps(recipe), PLACES[recipe], strict=True):
        path = copy / file
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if place == END:
            made = f"{before}\n\n{piece}"
        else:
            assert place in before, f"{file} has no {place!r} any more"
            head, _, rest = before.partition(place) if place else ("", "", before)
            is_line = not place or place.endswith("\n")
            made = head + place + (piece if is_line else piece.strip() + " ") + rest
        path.write_text(made, encoding="utf-8")


@pytest.fixture(scope="module")
def followed(published: Path, accounts_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the copy answers after all recipes, and which files each changed."""
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("dashboard", "pipelines"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "configuration.md", copy / "docs")
    for folder in ("data", "dbt_project"):
        (copy / folder).symlink_to(ROOT / folder)
    changed, before = {}, _files(copy)
    for recipe in PLACES:
        follow(recipe, copy)
        now = _files(copy)
        changed[recipe], before = {name for name in now if now[name] != before.get(name)}, now
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(copy), str(ROOT / "tests" / "unit" / "dashboard"), str(ROOT)])}

    def answer(script: str, *given: Path) -> Any:
        command = [sys.executable, "-c", script, *map(str, (copy, *given))]
        run = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stderr[-3000:]
        return json.loads(run.stdout.splitlines()[-1])

    home = tmp_path_factory.mktemp("home")
    (home / "published").symlink_to(published)
    shutil.copytree(accounts_file.parent, home / "var")
    return {**answer(ASKED, published, home / "var" / accounts_file.name, home / "decisions"), "alerts": answer(ALERTED, home), "changed": changed}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_page_shows_its_graph_and_answers_its_filter(followed):
    assert "哪些园区的事项最多" in followed["page"]["ana"]
    assert len(followed["bars"]["x"]) == 3
    assert followed["in district"]["x"] == followed["redrawn"]["x"] == ["湖畔软件园"]


def test_a_new_page_and_its_callback_are_refused_to_roles_it_does_not_name(followed):
    for name, may in {"ana": True, "ste": True, "opa": False, "aud": False, "adm": False}.items():
        assert ("state-no_permission" in followed["page"][name]) is not may
        assert ("湖畔软件园" in followed["page"][name]) is may
        assert followed["callback"][name] == (200 if may else 403)
        assert followed["navigation"][name] is may


def test_a_new_chart_on_a_page_leads_to_its_rows(followed):
    (bars,) = followed["park chart"]
    assert set(bars["customdata"]) == {"/parks/P001", "/parks/P002", "/parks/P003"}


def test_a_second_callback_of_a_page_answers_its_form_with_the_token_of_the_session(followed):
    assert "1 家" in str(followed["form"]["response"]["firms-counted"]["children"])
    assert followed["form without token"] == 400


def test_a_new_filter_narrows_the_grid_and_the_file_and_stands_on_the_page(followed):
    counts = {search: [int(row["claim_count"].replace(",", "")) for row in rows] for search, rows in followed["firms"].items()}
    assert min(counts["?claimed=some"]) > 0
    assert set(counts["?claimed=none"]) == {0}
    assert len(counts["?claimed=some"]) + len(counts["?claimed=none"]) == len(counts[""])
    assert followed["file"].count(",913202") == len(counts["?claimed=none"])
    assert "有无事项" in followed["firms page"]
    assert "state-bad_address" in followed["bad filter"]


def test_a_new_column_is_in_the_grid_and_in_the_file(followed):
    assert all(row["industry_code"] for row in followed["firms"][""])
    assert "行业代码" in followed["firms page"]
    assert "行业代码" in followed["file"]


def test_a_new_role_sees_what_names_it_and_nothing_else(followed):
    assert "state-no_permission" not in followed["leader"]["/"] + followed["leader"]["/audit"]
    assert "state-no_permission" in followed["leader"]["/admin"]
    assert followed["leader's file"] == 200
    assert "领导" in followed["accounts"]


def test_a_new_section_stands_in_the_report_where_it_was_put(followed):
    titles = followed["report"]
    assert titles[titles.index("条款兑现") + 1] == "园区一览"


def test_a_new_alert_is_sent_once(followed):
    (title,) = followed["alerts"]
    assert re.fullmatch(r"软城观测：\d+ 个名称待人工核对", title)


@pytest.mark.parametrize("recipe", PLACES)
def test_a_recipe_names_every_file_it_changes(followed, recipe: str):
    assert followed["changed"][recipe] == {file for file, _ in steps(recipe)}


def test_a_page_without_roles_is_nobodys_and_the_log_says_so(caplog, monkeypatch):
    import dash

    from dashboard import request

    monkeypatch.setattr(dash, "page_registry", dict(dash.page_registry))
    page = {"module": "dashboard.pages.bare", "path": "/bare", "path_template": None, "layout": "words", "name": "Bare"}
    request.wrapped(page)
    assert "dashboard/pages/bare.py is registered without roles: nobody may open it" in caplog.text


@pytest.mark.parametrize(
    ("registered", "said"),
    [
        ({"roles": ("analyst", "boss")}, "there is no role boss"), ({"roles": ("analyst",), "filters": ("distrct",)}, "there is no filter distrct"),
        ({"roles": ("analyst",), "path_template": "/bare/<thing>"}, "there is no filter for its path thing"),
    ],
)  # fmt: skip
def test_a_page_registered_with_what_there_is_not_says_so_at_the_start(registered: dict[str, Any], said: str):
    from dashboard import request

    page = {"module": "dashboard.pages.bare", "path": "/bare", "path_template": None, "layout": "words", "name": "Bare", **registered}
    with pytest.raises(ValueError, match=rf"dashboard/pages/bare.py: {said}\. There are "):
        request.wrapped(page)


def test_a_callback_outside_the_file_of_a_page_is_nobodys():
    from dashboard.access import guard

    assert guard.roles_of({"callback": follow}) == ()
