"""How the dashboard looks: colours by name, light and dark, signs, fonts and sizes.

Pages, figures, exports and reports take every colour from here. Style sheets name them as variables (`--accent-soft`);
figures carry the light ones, and `css()` has the browser show them by the same variables: no figure is made twice, and
another colour scheme asks the server for nothing.
"""

import hashlib
from functools import cache
from typing import Any

LIGHT = {
    "ground": "#f3f6f6", "card": "#ffffff", "line": "#dfe7e8", "line_soft": "#edf1f2", "hover": "#f7faf9", "field": "#c4d0d2",
    "ink": "#1c2b33", "soft_ink": "#3c4c55", "quiet": "#5b6b74",
    "accent": "#0f6b6b", "on_accent": "#ffffff", "accent_soft": "#e3f0ef",
    "amber_soft": "#fbf0da", "amber_ink": "#7a4d00", "blue_soft": "#e8eff4", "blue_ink": "#3f5f78",
    "risk": "#a4372c", "risk_soft": "#f9e9e7", "not_soft": "#e6eaec", "not_ink": "#414d54", "violet_soft": "#eef1f7", "violet_ink": "#46558a",
    "teal": "#2a9d8f", "amber": "#e09f3e", "blue": "#8aa4b8", "grey": "#d3dade", "slate": "#8d99a1", "deep": "#0b5351",
    "soft": "#cfe3e1", "on_mark": "#16252c",
    "step_0": "#e9eeef", "step_1": "#bfdedb", "step_2": "#86bfba", "step_3": "#287874", "step_4": "#0b5351",
}  # fmt: skip
DARK = {
    "ground": "#0f1719", "card": "#172224", "line": "#2d3d41", "line_soft": "#223034", "hover": "#1c2a2d", "field": "#46595e",
    "ink": "#e3ebec", "soft_ink": "#c3d0d3", "quiet": "#a3b4b9",
    "accent": "#66c7bd", "on_accent": "#06201f", "accent_soft": "#173a3b",
    "amber_soft": "#3d2f14", "amber_ink": "#f0c678", "blue_soft": "#1f3040", "blue_ink": "#a9c6de",
    "risk": "#f3a196", "risk_soft": "#43211d", "not_soft": "#2a363b", "not_ink": "#bccacf", "violet_soft": "#262c40", "violet_ink": "#b6c1ea",
    "teal": "#2a9d8f", "amber": "#e09f3e", "blue": "#8aa4b8", "grey": "#4a595f", "slate": "#8d99a1", "deep": "#a2ded7",
    "soft": "#2b5553", "on_mark": "#0f1719",
    "step_0": "#26363a", "step_1": "#1f4a4a", "step_2": "#27625f", "step_3": "#5fb3ab", "step_4": "#a2ded7",
}  # fmt: skip
SCALE = tuple(f"step_{step}" for step in range(5))
"""Names of a sequential scale, least first. Words on the first three are `ink`, on the others `card`."""

OUTCOMES = {"eligible": "teal", "needs_review": "amber", "undetermined": "blue", "not_eligible": "grey"}
"""The colour's name of each outcome; `answer`s of conditions have those of ANSWERS."""
ANSWERS = {"not_met": "slate", "unknown": "blue", "needs_review": "amber", "met": "soft"}
SIGNS = {"eligible": "●", "needs_review": "▲", "undetermined": "◇", "not_eligible": "■"}
ANSWER_SIGNS = {"met": "✓", "not_met": "✕", "unknown": "?", "needs_review": "▲"}

IN_FIGURES = ("card", "hover", "line", "ink", "quiet", "on_mark", "accent", *OUTCOMES.values(), "slate", "deep", "soft", *SCALE)
"""What a figure may be drawn with: names that are one colour in the light are one in the dark."""

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
FONT = ",".join(f'"{name}"' for name in FONTS) + ",sans-serif"
SIZES = {"small": 12, "base": 14, "large": 18, "huge": 26}
"""In pixels."""
SHADES = ("#e3f0ef", "#cfe3e1", "#a9cccb", "#86bfba", "#66c7bd", "#2a9d8f", "#2f8581", "#1b7772", "#0f6b6b", "#0b5351")
"""Of the accent, for Mantine: the eighth in the light, the fourth in the dark."""

GREYS = ("ink", "soft_ink", "quiet", "quiet", "line", "line_soft", "hover", "card", "ground", "ground")
"""What Mantine's ten dark shades are: words, borders, what is pointed at, inputs, cards, the ground."""


def outcome_colours(colours: dict[str, str] = LIGHT) -> dict[str, str]:
    """Each outcome's colour."""
    return {outcome: colours[name] for outcome, name in OUTCOMES.items()}


@cache
def css() -> str:
    """The colours as variables and figures coloured by them. On paper it is always light."""
    dark = _variables(DARK)
    sizes = "".join(f"--{name}:{size}px;" for name, size in SIZES.items())
    return (
        f":root{{--font:{FONT};{sizes}{_variables(LIGHT)}}}\n"
        f'@media screen{{:root[data-mantine-color-scheme="dark"]{{color-scheme:dark;{dark}}}}}\n'
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-mantine-color-scheme]){{color-scheme:dark;{dark}}}}}\n"
        + "".join(_drawn(LIGHT[name], name) for name in dict.fromkeys(IN_FIGURES) if LIGHT[name] != DARK[name])
    )


@cache
def address() -> str:
    """Where `css()` is served; another text has another address, so that a browser keeps it for good."""
    return f"/assets/theme.css?m={hashlib.sha256(css().encode()).hexdigest()[:12]}"


def _variables(colours: dict[str, str]) -> str:
    return "".join(f"{variable(name)}:{colour};" for name, colour in colours.items())


def variable(name: str) -> str:
    """A colour's name in style sheets."""
    return "--" + name.replace("_", "-")


def _drawn(colour: str, name: str) -> str:
    """What Plotly painted in a light colour, in the variable's. It writes colours into each element's style, as rgb()."""
    painted = f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"
    return "".join(
        f'.js-plotly-plot [style*="{what}: {painted}"]{{{what}:var({variable(name)})!important}}\n'
        for what in ("fill", "stroke")
    )


def mantine() -> dict[str, Any]:
    """The theme for dmc.MantineProvider."""
    small, base, large, huge = (f"{size}px" for size in SIZES.values())
    return {
        "primaryColor": "teal", "primaryShade": {"light": 8, "dark": 4}, "colors": {"teal": list(SHADES), "dark": [DARK[name] for name in GREYS]},
        "autoContrast": True, "luminanceThreshold": 0.3, "black": LIGHT["ink"], "defaultRadius": "md", "fontFamily": FONT,
        "fontSizes": {"xs": small, "sm": base, "md": base, "lg": large, "xl": huge},
        "headings": {"fontWeight": "600", "sizes": {"h1": {"fontSize": large}, "h2": {"fontSize": base}, "h3": {"fontSize": small}}},
    }  # fmt: skip
