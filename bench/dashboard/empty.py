"""The smallest Dash page with the smallest callback, served by gunicorn as the dashboard is: what Dash itself costs."""

import sys

from dash import Dash, Input, Output, dcc, html
from gunicorn.app.base import BaseApplication


class _Server(BaseApplication):
    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"127.0.0.1:{self.port}", "workers": 2, "threads": 4, "worker_class": "gthread",
            "control_socket_disable": True, "preload_app": True, "loglevel": "warning",
        }.items():
            self.cfg.set(name, value)

    def load(self):
        app = Dash("empty", serve_locally=True, update_title="", use_pages=False, pages_folder="")
        app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(id="page")])

        @app.callback(Output("page", "children"), Input("address", "pathname"), Input("address", "search"))
        def page_of(_path, _search):
            return html.H1("ready")

        app.server.test_client().get("/")
        return app.server


if __name__ == "__main__":
    _Server(int(sys.argv[1])).run()
