"""自查: what would a firm like this be able to claim? A public page, off unless it is switched on (SOFTCITY_SELF_CHECK).

It needs no session and no script, takes no name and no code, reads no snapshot and keeps nothing; the law answers
(pipelines/policy/self_check.py, handed to create_app). Addresses are held to a rate; one question at a time is worked on.
"""

from collections.abc import Callable, Mapping
from threading import BoundedSemaphore
from typing import Any

from flask import Flask, g, render_template, request
from werkzeug.wrappers import Response

from dashboard.access import guard
from dashboard.components import number
from dashboard.errors import LawBroken
from dashboard.text import html_language, language, t, word, words_of
from dashboard.theme import ANSWER_SIGNS

PATH = "/self-check"
WAIT_SECONDS = 5
TRIGGERS = frozenset({"event_kind", "list", "level", "market", "category", "matter", "series"})
"""What decides which matter it is: there is no other."""
LONGEST = 40
"""Characters of one answer."""
Ask = Callable[[str, str, Mapping[str, str] | None], dict[str, Any]]
"""From a policy and a clause (or none) and what was typed (or nothing): clauses, questions, and the answer."""


def install(server: Flask, ask: Ask) -> None:
    """Add the page. Its path is among those the guard leaves open."""
    limited: Callable[[Any], Any] = server.extensions["limit_self_checks"]
    turn = BoundedSemaphore(1)

    @server.route(PATH, methods=["GET", "POST"])
    @limited
    def self_check() -> str | Response | tuple[str, int]:
        g.user = None
        typed = {key[:60]: value[:LONGEST] for key, value in list(request.form.items())[:LONGEST]} if request.method == "POST" else None
        if not turn.acquire(timeout=WAIT_SECONDS):
            return guard.refuse(503, "busy", PATH)
        try:
            told = ask(request.values.get("policy", "")[:60], request.values.get("clause", "")[:12], typed)
        except LawBroken:
            return guard.refuse(503, "self_check", PATH)
        finally:
            turn.release()
        for question in told["questions"]:
            is_named = question["fact"] in words_of("zh", "self_check")["fact"]
            question |= {"is_named": is_named, "label": _label(question, is_named), "options": _options(question, told["lists"])}
        return render_template(
            "self_check.html", t=t, word=word, language=html_language(), typed=typed or {}, signs=ANSWER_SIGNS, bound=_bound(told["answer"]), **told
        )


def _label(question: Mapping[str, Any], is_named: bool) -> str:
    """What is asked, and of which year before."""
    label = t("self_check.fact." + question["fact"]) if is_named else t("semicolon").join(question["says"])
    years = question["back"]
    return label + (t("self_check.highest_before") if question["key"].endswith("_highest") else t("self_check.years_before", n=years) if years else "")


def _options(question: Mapping[str, Any], lists: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What there is to choose: the law's own words, or yes and no."""
    if question["kind"] != "choice":
        return {}
    if not question["options"]:
        return {"yes": t("yes"), "no": t("no")}
    known = lists[language()]
    words = {code: known.get(name, name) if question["fact"] == "list" else word("self_check_word", name) for code, name in question["options"].items()}
    return words if question["fact"] in TRIGGERS else {**words, "other": t("self_check.other")}


def _bound(answer: Mapping[str, Any] | None) -> str:
    """An upper bound, never a sum owed."""
    if not answer or not answer.get("outcome"):
        return ""
    if answer["ceiling_yuan"] is not None:
        return t("self_check.at_most", yuan=number.yuan(answer["ceiling_yuan"]))
    return t("self_check.words", words=answer["award_words"])
