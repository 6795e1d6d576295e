"""A Vizro page with the same question as a clause's page: claims by outcome as bars, the claims as a grid, a year to choose.

Run by an environment that has Vizro: `vizro-python bench/dashboard/vizro_page.py PORT MARTS.duckdb`.
"""

import sys

import duckdb
import vizro.models as vm
import vizro.plotly.express as px
from gunicorn.app.base import BaseApplication
from vizro import Vizro
from vizro.managers import data_manager
from vizro.tables import dash_ag_grid

PORT, MARTS = int(sys.argv[1]), sys.argv[2]
YEARS = ["all", "2021", "2022", "2023", "2024", "2025"]


def _asked(sql: str):
    def rows(year: str = "all"):
        with duckdb.connect(MARTS, read_only=True) as db:
            return db.execute(sql, {"year": None if year == "all" else int(year)}).df()

    return rows


CUT = "from fct_claim where clause_id = '6b.1' and document = 'draft' and ($year is null or qualified_year = $year)"
data_manager["claims"] = _asked(f"select enterprise_name, park_name, qualified_on, outcome, outcome_reason, net_ceiling_yuan, paid_yuan {CUT} order by qualified_on limit 50")
data_manager["outcomes"] = _asked(f"select outcome, count(*) as n {CUT} group by outcome")

PAGE = vm.Page(
    title="clause",
    components=[
        vm.Graph(id="outcomes", figure=px.bar("outcomes", x="n", y="outcome")), vm.Table(id="claims", figure=dash_ag_grid("claims")),
    ],
    controls=[vm.Parameter(targets=["outcomes.data_frame.year", "claims.data_frame.year"], selector=vm.RadioItems(id="year", options=YEARS, value="all"))],
)  # fmt: skip


class _Server(BaseApplication):
    def load_config(self) -> None:
        for name, value in {"bind": f"127.0.0.1:{PORT}", "workers": 2, "threads": 4, "worker_class": "gthread", "control_socket_disable": True, "preload_app": True, "loglevel": "warning"}.items():
            self.cfg.set(name, value)

    def load(self):
        app = Vizro().build(vm.Dashboard(pages=[PAGE]))
        server = app.dash.server
        server.test_client().get("/")
        return server


if __name__ == "__main__":
    _Server().run()
