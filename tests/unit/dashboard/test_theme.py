"""One place for colours, and every word readable on what it stands on, in the light and in the dark."""

import re
from itertools import combinations
from pathlib import Path

import pytest

import dashboard
from dashboard import theme

HERE = Path(dashboard.__file__).parent
SCHEMES = pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])


def brightness(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@SCHEMES
@pytest.mark.parametrize(
    ("words", "grounds"),
    [
        ("ink", ("card", "ground", "hover", "line_soft", "accent_soft", "soft", "step_0", "step_1", "step_2")),
        ("card", ("step_3", "step_4")), ("on_mark", ("amber", "blue", "slate", "teal")),
        ("quiet", ("card", "ground", "line_soft", "hover")), ("accent", ("card", "ground", "accent_soft")), ("on_accent", ("accent",)),
        ("deep", ("card", "accent_soft")), ("soft_ink", ("card", "ground")),
        *((f"{name}_ink", (f"{name}_soft",)) for name in ("amber", "blue", "not", "violet")), ("amber_ink", ("card", "ground")),
        ("risk", ("card", "risk_soft")),
    ],
)  # fmt: skip
def test_words_can_be_read_on_what_they_stand_on(colours, words, grounds):
    for ground in grounds:
        assert contrast(colours[words], colours[ground]) >= 4.5, ground


def test_what_a_figure_draws_alike_in_the_light_is_alike_in_the_dark():
    assert set(theme.LIGHT) == set(theme.DARK)
    for one, other in combinations(set(theme.IN_FIGURES), 2):
        assert theme.LIGHT[one] != theme.LIGHT[other] or theme.DARK[one] == theme.DARK[other], (one, other)


def test_the_style_sheet_turns_a_figures_light_colour_into_the_variable():
    assert '.js-plotly-plot [style*="fill: rgb(11, 83, 81)"]{fill:var(--deep)!important}' in theme.css()
    assert f"--accent-soft:{theme.DARK['accent_soft']}" in theme.css()


def test_no_colour_is_named_outside_the_theme():
    for file in [*HERE.rglob("*.py"), *HERE.glob("assets/*.css")]:
        if file.name != "theme.py":
            found = re.findall(r"(?<![&\w/])#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b", file.read_text(encoding="utf-8"))
            assert not found, (file.name, found)
