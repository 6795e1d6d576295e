"""`python -m bench.dashboard`: every page and callback beside an empty Dash page, an empty callback and the bare query."""
