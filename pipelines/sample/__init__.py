"""The sample city: invented firms, lists and money in files as they arrive, and the truth behind them."""

from pipelines.sample.write import write_city

__all__ = ["write_city"]
