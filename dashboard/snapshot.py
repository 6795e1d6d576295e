"""Which published snapshot a request reads. Snapshots never change; only the pointer CURRENT does."""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashboard.errors import NothingThere, SnapshotMissing, SnapshotOfOtherFormat
from dashboard.text import language, t, word
from pipelines.base.snapshots import FORMAT

CHECK_SECONDS = 2.0
ALL = "all"
"""In place of a policy: all of the city."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True)
class Policy:
    """A policy of the city. `documents` are its texts, the first of them the one that counts: name, title, is_draft."""

    policy_id: str
    title: str
    documents: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Snapshot:
    """One published folder and what its manifest says. Its first policy is shown, by its first document, unless asked."""

    snapshot_id: str
    folder: Path
    as_of: str
    """The day the data stands on."""
    built_on: str
    """The day of the build, in China."""
    is_sample: bool
    policy_id: str
    policy_title: str
    document: str
    document_title: str
    is_draft: bool
    city: Mapping[str, str]
    """What the city is called in each language."""
    lists: Mapping[str, Mapping[str, str]]
    """What its recognition lists are called in each language, by their ids."""
    documents: tuple[tuple[str, str, bool], ...] = ()
    """Every document of the policy: name, title, is_draft."""
    is_as_arrived: bool = False
    """Built from what had arrived by its day, not from what is known of that day now."""
    policies: tuple[Policy, ...] = ()
    """Those of the city that its reader may see."""
    can_add: bool = False
    """Whether its reader sees several policies, and all there are: they may then be shown together."""
    has_several: bool = False
    """Whether the city has more than one policy: addresses and heads then name theirs."""

    @property
    def version(self) -> str:
        """Which text the figures stand on."""
        is_named = not self.has_several or self.is_of_all or self.policy_title in self.document_title
        return self.document_title if is_named else f"{self.policy_title}（{self.document_title}）"

    def seen_by(self, policy_ids: tuple[str, ...]) -> "Snapshot":
        """The same snapshot for an account that sees these policies alone; none named are all. Without any of them no policy is shown."""
        if not policy_ids:
            return self
        seen = tuple(one for one in self.policies if one.policy_id in policy_ids)
        shown = next((one for one in seen if one.policy_id == self.policy_id), seen[0] if seen else Policy("", "", (("", "", False),)))
        return replace(self, policies=seen, can_add=False)._showing(shown)

    def in_policy(self, asked: str | None) -> "Snapshot":
        """The same snapshot seen by another policy of those its reader sees, or by all; none asked for changes nothing. Raises NothingThere."""
        if asked is None or asked == self.policy_id:
            return self
        if asked == ALL and self.can_add:
            return self._showing(Policy(ALL, "", ((ALL, t("filter.all_policies"), False),)))
        if found := next((one for one in self.policies if one.policy_id == asked), None):
            return self._showing(found)
        raise NothingThere(asked)

    @property
    def is_of_all(self) -> bool:
        """Whether all policies of the city are shown together: what adds is added."""
        return self.policy_id == ALL

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The policies shown, each with its document."""
        shown = [(one.policy_id, one.documents[0][0]) for one in self.policies]
        return shown if self.is_of_all else [(self.policy_id, self.document)]

    @property
    def with_none(self) -> bool:
        """Whether what is of no policy is told: once, of all together or of the only one."""
        return self.is_of_all or not self.has_several

    @property
    def together(self) -> "Snapshot":
        """All policies of the city where there are several, for what adds."""
        return self.in_policy(ALL) if self.can_add else self

    def alike(self, shown: "Snapshot") -> "Snapshot | None":
        """The same snapshot by the policy and the document another shows; None where it has them not."""
        try:
            found = self.in_policy(shown.policy_id).in_document(shown.document)
        except NothingThere:
            return None
        return found if found.document == shown.document else None

    def _showing(self, policy: Policy) -> "Snapshot":
        document, document_title, is_draft = policy.documents[0]
        return replace(
            self, policy_id=policy.policy_id, policy_title=policy.title, documents=policy.documents, document=document,
            document_title=document_title, is_draft=is_draft,
        )  # fmt: skip

    def in_document(self, asked: str | None) -> "Snapshot":
        """The same snapshot seen by another document of the policy; one it does not know changes nothing."""
        for document, title, is_draft in self.documents:
            if document == asked:
                return replace(self, document=document, document_title=title, is_draft=is_draft)
        return self

    def called(self, document: str) -> str:
        """What a document of the policy is called: by the usual word for it, else by its title."""
        usual = word("document", document)
        return next((title for name, title, _ in self.documents if name == document == usual), usual)

    @property
    def city_name(self) -> str:
        """The city, in the language of the running request."""
        return t("frame.city", name=self.city[language()])

    @property
    def database(self) -> Path:
        return self.folder / "marts.duckdb"

    def manifest(self) -> dict[str, Any]:
        """Everything the build wrote down of itself. Raises SnapshotMissing when the folder is gone."""
        try:
            content: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
            return content
        except (OSError, ValueError) as error:
            raise SnapshotMissing(f"{self.folder}: the manifest cannot be read. Build or roll back.") from error

    @classmethod
    def read(cls, folder: Path) -> "Snapshot":
        """Read a folder's manifest. Raises SnapshotMissing when it is absent, of another format or not whole."""
        try:
            manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            if manifest["format"] != FORMAT:
                raise SnapshotOfOtherFormat(f"{folder}: format {manifest['format']}, read is {FORMAT}. Build it again.")
            policies = tuple(
                Policy(
                    str(policy["policy_id"]), str(policy["title"]),
                    tuple((str(one["document"]), str(one["title"]), bool(one.get("is_draft", False))) for one in policy["documents"]),
                )
                for policy in manifest["policies"]
            )  # fmt: skip
            if not (folder / "marts.duckdb").is_file():
                raise SnapshotMissing(f"{folder}: marts.duckdb is not there. Build or roll back.")
            return cls(
                snapshot_id=folder.name, folder=folder, as_of=str(manifest["as_of"])[:10],
                built_on=str(manifest["built_on"])[:10],
                is_sample=bool(manifest.get("is_sample", False)),
                is_as_arrived=manifest.get("knowing", "effective") == "arrived", city=manifest["city"], lists=manifest["lists"], policy_id="", policy_title="",
                document="", document_title="", is_draft=False, policies=policies, has_several=len(policies) > 1, can_add=len(policies) > 1,
            )._showing(policies[0])  # fmt: skip
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise SnapshotMissing(f"{folder}: the manifest cannot be read ({error!r}). Build or roll back.") from error


class Snapshots:
    """The published folder. Notices a new pointer within seconds and keeps the last good snapshot meanwhile."""

    def __init__(self, published: Path, check_seconds: float = CHECK_SECONDS) -> None:
        self.published = published
        self.check_seconds = check_seconds
        self._lock = threading.Lock()
        self._read: dict[str, Snapshot] = {}
        self._all: tuple[int, list[Snapshot]] = (0, [])
        self._current: Snapshot | None = None
        self._checked_at = float("-inf")

    def current(self) -> Snapshot:
        """The snapshot CURRENT names. Raises SnapshotMissing when there never was a good one."""
        with self._lock:
            moment = time.monotonic()
            if self._current is None or moment - self._checked_at >= self.check_seconds:
                self._checked_at = moment
                try:
                    self._current = self._get((self.published / "CURRENT").read_text(encoding="utf-8").strip())
                except (OSError, SnapshotMissing) as error:
                    if self._current is None:
                        raise SnapshotMissing(
                            f"{self.published}: no snapshot to read ({error}). Run `softcity build`."
                        ) from error
            return self._current

    def get(self, snapshot_id: str) -> Snapshot:
        """An older snapshot by id. Raises SnapshotMissing for anything that is not a published folder's name."""
        with self._lock:
            return self._get(snapshot_id)

    def of_day_or_id(self, named: str) -> Snapshot:
        """The snapshot of that id, or the newest that stands on that day. Raises SnapshotMissing."""
        found = next((snapshot for snapshot in self.all() if snapshot.as_of == named), None)
        return found or self.get(named)

    def all(self) -> list[Snapshot]:
        """Every readable snapshot, newest as-of day first. Looked for again when one has come or gone: every page lists them."""
        try:
            changed = self.published.stat().st_mtime_ns
        except OSError:
            return []
        if self._all[0] != changed:
            found = []
            for folder in self.published.iterdir():
                try:
                    found.append(self.get(folder.name))
                except SnapshotMissing:
                    continue
            found.sort(key=lambda snapshot: (snapshot.as_of, snapshot.snapshot_id), reverse=True)
            self._all = (changed, found)
        return self._all[1]

    def month_before(self, shown: Snapshot) -> Snapshot | None:
        """The published snapshot of the month-end before, of the same policy and document; the last of that month."""
        year, month = map(int, shown.as_of[:7].split("-"))
        before = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}-"
        found = (one.alike(shown) for one in self.all() if one.as_of.startswith(before))
        return next((one for one in found if one), None)

    def before(self, shown: Snapshot) -> Snapshot:
        """What a snapshot is compared with where nothing else is asked: that of the month-end before, else the next older one, else itself."""
        older = [one for one in self.all() if (one.as_of, one.snapshot_id) < (shown.as_of, shown.snapshot_id)]
        return self.month_before(shown) or (older[0] if older else shown)

    def _get(self, snapshot_id: str) -> Snapshot:
        folder = self.published / snapshot_id
        if not _ID.fullmatch(snapshot_id) or not folder.is_dir():
            raise SnapshotMissing(f"There is no snapshot {snapshot_id!r} in {self.published}.")
        if snapshot_id not in self._read:
            self._read[snapshot_id] = Snapshot.read(folder)
        return self._read[snapshot_id]
