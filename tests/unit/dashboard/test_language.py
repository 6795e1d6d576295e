"""Two languages of one interface: the same keys, chosen by a cookie; the law stays Chinese."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import page

import dashboard
from dashboard import text

FOLDER = Path(dashboard.__file__).parent / "text"
TEXTS = {name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) for name in text.LANGUAGES}


def leaves(node: object, at: str = "") -> dict[str, str]:
    if not isinstance(node, dict):
        return {at: str(node)}
    return {key: value for name, below in node.items() for key, value in leaves(below, f"{at}.{name}".strip(".")).items()}


def twice(node: yaml.Node, at: str = "") -> list[str]:
    """Keys that stand twice in one mapping: YAML takes the last of them without a word."""
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [f"{at}.{key.value}".strip(".") for key, _ in node.value]
    below = [key for name, (_, value) in zip(keys, node.value, strict=True) for key in twice(value, name)]
    return sorted({key for key in keys if keys.count(key) > 1}) + below


@pytest.mark.parametrize("name", text.LANGUAGES)
def test_no_key_stands_twice_in_a_language(name: str):
    assert twice(yaml.compose("a: {b: 1, c: 2, b: 3}")) == ["a.b"]
    found = twice(yaml.compose((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
    assert not found, f"{name}.yaml says these twice: {', '.join(found)}"


@pytest.mark.parametrize("name", [name for name in text.LANGUAGES if name != "zh"])
def test_every_language_has_the_same_keys_and_places(name: str):
    ours, theirs = (leaves({**TEXTS[one], "grid": {}}) for one in ("zh", name))  # AG Grid's own words are English
    lacking, extra = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
    assert not lacking, f"{name}.yaml lacks {len(lacking)}, to be said in it: {', '.join(lacking)}"
    assert not extra, f"{name}.yaml has these and zh.yaml has not: {', '.join(extra)}"
    places = {key: set(re.findall(r"{(\w*)}", words)) for key, words in ours.items()}
    assert {key: set(re.findall(r"{(\w*)}", theirs[key])) for key in theirs if set(re.findall(r"{(\w*)}", theirs[key])) - places[key]} == {}


def test_the_cookie_chooses_and_the_law_stays_chinese(signed_in):
    client = signed_in("ana")
    assert "兑现率" in page(client, "/measures/6b.1")
    assert '<html lang="zh-CN"' in client.get("/").get_data(as_text=True)
    client.set_cookie("softcity_language", "en")
    shown = page(client, "/measures/6b.1")
    assert "How we read it" in shown
    assert "首次获评国家级专精特新" in shown
    assert '<html lang="en"' in client.get("/").get_data(as_text=True)
    assert "Upper bound" in client.get("/export/clause_list.csv").get_data().decode("utf-8-sig")
    assert "兑现率" in page(signed_in("ana"), "/measures/6b.1"), "the language of one reader is not another's"


@pytest.mark.parametrize("chosen", ["xx", '"><script>', ""])
def test_a_language_there_is_not_is_chinese(signed_in, chosen: str):
    client = signed_in("ana")
    client.set_cookie("softcity_language", chosen)
    assert '<html lang="zh-CN"' in client.get("/").get_data(as_text=True)


def test_a_word_another_language_lacks_is_shown_in_chinese_and_one_that_none_has_is_an_error(monkeypatch):
    text._text.cache_clear()
    monkeypatch.setattr(text, "_words", lambda name: {"zh": {"a": {"b": "词"}}, "en": {}}[name])
    assert text._text("en", "a.b") == "词"
    with pytest.raises(KeyError):
        text._text("en", "a.c")
    text._text.cache_clear()


def test_every_option_of_a_decision_has_a_word_in_both_languages():
    law = FOLDER.parents[1] / "data/policies/wuxi/software/decisions.yaml"
    decisions = yaml.safe_load(law.read_text(encoding="utf-8"))["decisions"]
    asked = {str(option) for decision in decisions for option in decision.get("options", {})}
    for name, words in TEXTS.items():
        assert not asked - words["option"].keys(), name
