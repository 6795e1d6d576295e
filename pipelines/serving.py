"""What the dashboard is handed when it is served, since it imports nothing of the pipeline but its base: folders, the law's terms, the what-if."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dashboard.errors import AnswerLate, EditRefused, LawBroken
from pipelines.base.errors import CityError, PolicyError
from pipelines.base.policies import chosen
from pipelines.build_record import last_build
from pipelines.deliver.served import Served
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.policy.self_check import answer, clauses, questions
from pipelines.policy.terms import edits_of, rows
from pipelines.reference_files import load_reference, title_names
from pipelines.settings import Settings

SECONDS = 45


def options(settings: Settings) -> dict[str, Any]:
    """Options of dashboard.app.create_app."""

    def terms(policy: str, document: str) -> list[dict[str, Any]]:
        return rows(_held(settings.policies, policy), document)

    def whatif(snapshot: Path, edits: dict[str, str]) -> dict[str, Any]:
        return run_whatif(settings, snapshot, edits)

    public = {"self_check": lambda policy, clause, typed: self_check(settings, policy, clause, typed)} if settings.is_self_check_open else {}
    return public | {
        "decisions": settings.decisions, "home": Served(settings), "terms": terms, "whatif": whatif,
        "last_build": lambda: last_build(settings), "metrics_token": settings.metrics_token,
        "behind_proxy": settings.is_behind_proxy, "secure_cookies": settings.is_behind_proxy,
        "factor_roles": settings.factor_roles, "has_mail": bool(settings.mail_url), "log_bounds": {"days": settings.log_days, "lines": settings.log_lines},
    }  # fmt: skip


def law(folder: Path, policy_id: str | None = None) -> Policy:
    """A policy of a city, or its only one. Raises PolicyError."""
    policies = laws(folder)
    meant = chosen([policy.policy_id for policy in policies], policy_id)
    return next(policy for policy in policies if policy.policy_id == meant)


def _held(folder: Path, policy_id: str | None) -> Policy:
    """The same for a page, which says what is wrong and goes on. Raises LawBroken."""
    try:
        return law(folder, policy_id)
    except PolicyError as error:
        raise LawBroken(str(error)) from None


def laws(folder: Path) -> list[Policy]:
    """The policies of a city, read again when a file of them changes. Raises PolicyError."""
    return _laws(folder, tuple(sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())))


@lru_cache(maxsize=1)
def _laws(folder: Path, _: tuple[tuple[str, int], ...]) -> list[Policy]:
    return load_policies(folder)


def self_check(settings: Settings, policy_id: str, clause_id: str, typed: Mapping[str, str] | None) -> dict[str, Any]:
    """What the page 自查 shows of the first document of a policy: its clauses, the questions of one, and how it answers what was typed.

    `policy_id`: one the city has not is its first. `policies` are all there are to choose from.

    Raises LawBroken.
    """
    try:
        there, (districts, lists) = laws(settings.policies), _names(settings.reference)
    except (PolicyError, CityError) as error:
        raise LawBroken(str(error)) from None
    policy = next((one for one in there if one.policy_id == policy_id), there[0])
    document = next(iter(policy.documents))
    known = clauses(policy, document)
    title = next((one["title"] for one in known if one["clause_id"] == clause_id), None)
    return {
        "lists": lists, "policies": {one.policy_id: one.title for one in there}, "policy_id": policy.policy_id,
        "document_title": f"{policy.title}（{policy.documents[document].title}）", "clauses": known, "clause_id": clause_id if title else "", "title": title,
        "questions": [asdict(one) | {"key": one.key} for one in questions(policy, document, clause_id, districts)],
        "answer": answer(policy, document, clause_id, typed, districts) if title and typed is not None else None,
    }  # fmt: skip


@lru_cache(maxsize=1)
def _names(reference: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What districts are called, and lists in each language."""
    content = load_reference(reference)
    return {one.code: one.name for one in content.divisions.divisions}, title_names(content)


def run_whatif(settings: Settings, snapshot: Path, edits: dict[str, str], seconds: float = SECONDS) -> dict[str, Any]:
    """What `softcity whatif` says to edits by term key (pipelines/policy/terms.py), `document` among them.

    A process of its own: it can be ended, its memory goes with it, pages go before it, and page and command cannot differ.
    Raises EditRefused when the law does not hold with them, LawBroken when it does not without, AnswerLate when it took longer than `seconds`.
    """
    changes = dict(edits)
    policy_id, document = changes.pop("policy", None), changes.pop("document")
    policy = _held(settings.policies, policy_id)
    try:
        content = edits_of(policy, document, changes)
    except PolicyError as error:
        raise EditRefused(str(error)) from None
    command = [
        sys.executable, "-c", "import os; os.nice(10); from pipelines.cli import main; main()", "--home", str(settings.home),
        "whatif", "/dev/stdin", "--snapshot", snapshot.name, "--policy", policy.policy_id, "--json",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, input=yaml.safe_dump(content, allow_unicode=True), capture_output=True, encoding="utf-8", timeout=seconds,
            cwd=Path(__file__).parents[1],
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise AnswerLate(f"{snapshot.name}: no answer within {seconds:g} s. Ask again when less runs.") from None
    if done.returncode == 1 and done.stderr.startswith("error: "):
        raise EditRefused(done.stderr.removeprefix("error: ").strip())
    done.check_returncode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
