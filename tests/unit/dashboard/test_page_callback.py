"""Pages through Dash's own callback, by hand-made requests."""

from conftest import ask, fire, page


def test_a_page_comes_with_its_filters_and_its_day(signed_in):
    shown = page(signed_in("ana"), "/firms")
    assert "截至" in shown
    assert "page-filters" in shown


def test_the_tab_says_which_page_it_is(signed_in):
    assert ask(signed_in("ana"), "/firms").get_json()["response"]["_pages_store"]["data"]["title"] == "企业 · 软城观测"


def test_a_filter_change_renews_what_depends_on_it(signed_in):
    answer = fire(signed_in("ana"), "firms-sentence.children", [("filters.data", "/firms?q=示例旧名007")])
    assert answer.status_code == 200
    assert "1 家" in str(answer.get_json())
