"""Controls of filters. One clientside callback (shell.py, assets/softcity.js) keeps them and the address equal."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from flask import g

from dashboard.filters import FILTERS, Options
from dashboard.text import t


def control_id(key: str, default: str = "") -> dict[str, str]:
    """The id of a filter's control; assets/softcity.js keeps address and controls equal. `default`: the value that is not written."""
    return {"type": "filter", "key": key, "default": default}


def _options(key: str) -> Options:
    options = FILTERS[key].options
    return options() if options else ()


def select(key: str, chosen: str | None, *, default: str = "", hint: str | None = None, width: int = 124) -> Any:
    """A searchable select of a filter. With a `default` one value is always chosen."""
    data = [{"value": value, "label": label} for value, label in _options(key)]
    name = t(f"filter.{key}")
    return dmc.Select(
        id=control_id(key, default), data=data, value=chosen or default or None, searchable=True, clearable=not default,
        placeholder=hint or (name if default else f"{name} · {t('filter.all')}"), nothingFoundMessage=t("filter.nothing"), size="xs", w=width,
        className="filter on" if chosen and not default else "filter", comboboxProps={"width": "max-content", "position": "bottom-start"},
        clearButtonProps={"aria-label": t("filter.clear_one", name=name)}, **{"aria-label": name},
    )  # fmt: skip


def of_clause(chosen: str | None) -> list[Any]:
    """The select of a clause above one table; there is none where policies stand together, each with clauses of its own."""
    return [] if g.snapshot.is_of_all else [select("clause", chosen, width=220)]


def segments(key: str, chosen: str | None) -> Any:
    """A filter of few codes as a row of choices, all of them first."""
    data = [{"value": value, "label": label} for value, label in (("", t("filter.all")), *_options(key))]
    return dmc.SegmentedControl(id=control_id(key), data=data, value=chosen or "", size="xs", **{"aria-label": t(f"filter.{key}")})


def search(key: str, chosen: str | None, *, width: int = 300) -> Any:
    """A filter of typed words."""
    return dmc.TextInput(
        id=control_id(key), value=chosen or "", placeholder=t(f"filter.{key}_hint"), debounce=400, size="xs", w=width, inputProps={"maxLength": 60},
        **{"aria-label": t(f"filter.{key}")},
    )  # fmt: skip


def day(chosen: str | None) -> Any:
    """A filter of one day."""
    return dmc.DatePickerInput(
        id=control_id("day"), value=chosen, valueFormat="YYYY-MM-DD", clearable=True, size="xs", w=150, placeholder=t("filter.day"),
        clearButtonProps={"aria-label": t("filter.clear_one", name=t("filter.day"))}, **{"aria-label": t("filter.day")},
    )  # fmt: skip


def calendar() -> Any:
    """The day the data stands on, out of the days there are snapshots of."""
    days = sorted({day for day, _ in _options("snapshot")} | {g.snapshot.as_of})
    current = g.reader.snapshots.current().as_of
    return dmc.DatePickerInput(
        id=control_id("snapshot", current), value=g.snapshot.as_of, minDate=days[0], maxDate=days[-1], valueFormat="YYYY-MM-DD",
        disabledDates={"function": "notIn", "options": {"days": days}}, size="xs", w=150, leftSection=t("filter.snapshot"),
        leftSectionWidth=52, monthLabelFormat=t("filter.month_form"), yearLabelFormat=t("filter.year_form"), clearable=False, className="filter", **{"aria-label": t("filter.snapshot")},
    )  # fmt: skip


def bar(keys: Sequence[str], chosen: Mapping[str, str], default_park: str = "", *, is_of_policy: bool = False) -> list[Any]:
    """The controls of the filters a page answers to, with what the address has chosen; those with nothing to choose are left out."""
    shown = [calendar()]
    if len(builds := _options("build")) > 1:
        current = g.reader.snapshots.current()
        default = current.snapshot_id if current.as_of == g.snapshot.as_of else builds[0][0]
        shown.append(select("build", g.snapshot.snapshot_id, default=default))
    if g.snapshot.is_of_all:
        keys = [key for key in keys if key not in ("measure", "clause")]
    if is_of_policy and len(policies := _options("policy")) > 1:
        shown.insert(0, select("policy", g.snapshot.policy_id, default=policies[0][0], width=250))
    if len(g.snapshot.documents) > 1:
        shown.append(select("document", g.snapshot.document, default=g.snapshot.documents[0][0], width=120))
    for key in keys:
        if chosen.get(key) or len(_options(key)) > 1:
            newest = _options(key)[0][0] if FILTERS[key].is_newest and _options(key) else ""
            shown.append(select(key, chosen.get(key), default=default_park if key == "park" else newest))
    return shown
