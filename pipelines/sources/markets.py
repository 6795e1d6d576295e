"""Exchanges and other markets of shares: one name for each, however files call it, and codes with all their digits."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipelines.base.errors import CityError
from pipelines.base.strict import load

_CODE = re.compile(r"(?:(?P<head>[A-Z]{2})[.:]?)?(?P<digits>\d+)|(?P<code>[0-9A-Z]+)\.(?P<tail>[A-Z]{1,2})")


class Market(BaseModel):
    """One market of data/reference/national/markets.yaml, where the keys are told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    exchange: str
    market: Literal["domestic", "overseas"]
    is_listing: bool
    words: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    code_digits: int | None = Field(default=None, ge=1)
    suffixes: tuple[str, ...] = ()


class MarketFile(BaseModel):
    """markets.yaml: where shares are listed, quoted or transferred."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    markets: tuple[Market, ...]


def load_markets(national: Path) -> tuple[Market, ...]:
    """The markets, none where the file is missing: then every exchange is for review.

    Raises CityError naming entry and key, or a word of two markets.
    """
    path = national / "markets.yaml"
    if not path.is_file():
        return ()
    name, problems = f"reference/{national.name}/markets.yaml", list[str]()
    file = load(MarketFile, path, name, problems)
    if file is None:
        raise CityError("\n".join(problems))
    markets = file.markets
    keys = [_key(word) for m in markets for word in (m.exchange, *m.words, *m.endings)]
    for words in (keys, [suffix for m in markets for suffix in m.suffixes]):
        if twice := {word for word in words if words.count(word) > 1}:
            raise CityError(f"{name}: {sorted(twice)} stands in two markets. Leave one of them.")
    endings = [_key(ending) for m in markets for ending in m.endings]
    if within := sorted({end for end in endings for word in (*endings, *(_key(m.exchange) for m in markets)) if word != end and word.endswith(end)}):
        raise CityError(f"{name}: endings {within} end other names too, so that one market would be two. Write them longer.")
    return markets


class Markets:
    """The markets, to be asked by name and by code."""

    def __init__(self, markets: Iterable[Market]) -> None:
        self.by_word = {_key(word): m for m in markets for word in (m.exchange, *m.words)}
        self.by_ending = {_key(ending): m for m in markets for ending in m.endings}
        self.by_suffix = {suffix: m for m in markets for suffix in m.suffixes}

    def named(self, exchange: str) -> Market | None:
        """The market of that name, or None when no entry knows it."""
        key = _key(exchange)
        return self.by_word.get(key) or next((m for end, m in self.by_ending.items() if key.endswith(end)), None)

    def listed(self, code: str, exchange: str) -> tuple[str, str]:
        """The code without its suffix and with its leading zeros, and the one name of the exchange.

        An exchange keeps its own name where no entry knows it, or only by its ending; the suffix of the code tells it in
        the first case. Raises ValueError, in Chinese, when code and exchange name two markets.
        """
        found = _CODE.fullmatch(code.upper())
        mark = found and (found["head"] or found["tail"])
        told, market = self.by_suffix.get(mark or ""), self.named(exchange)
        if told and market and told != market:
            raise ValueError(f"证券代码 {code} 属{told.exchange}，与交易所“{exchange}”不符：请核对")
        if told and not market:
            market, exchange = told, told.exchange
        elif market and _key(exchange) in self.by_word:
            exchange = market.exchange
        if not found or (mark and not told):   # a code of a kind we do not know is not taken apart
            return code, exchange
        bare = found["digits"] or found["code"]
        if market and market.code_digits and bare.isdigit():
            bare = bare.lstrip("0").zfill(market.code_digits)
        return bare, exchange


def _key(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
