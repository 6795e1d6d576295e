"""A build on a cluster of Spark: `python -m bench.standalone [--firms 150] [--memory 1GiB] [--lost 0 1 2]`.

One master and two workers on this machine, each a process of its own. A city is built on DuckDB, then on the cluster: as it is,
with one worker killed midway, and with both. The first two must publish the same marts as DuckDB; the last must end in an error
that says so and leave the old snapshot where it was. It ends in 1 where one does not.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

from bench.engines import SMALL, compared, made, marts
from bench.home import deliver, kill_tree, load, softcity, started
from pipelines.base.snapshots import current_id, read_manifest

CLASS = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
HOST = "127.0.0.1"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(folder: Path, memory: str) -> Iterator[tuple[str, list["subprocess.Popen[str]"]]]:
    """The address of a master and its two workers, ended afterwards."""
    port, quiet = _free_port(), {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    master = f"spark://{HOST}:{port}"
    environment = {**os.environ, "SPARK_LOCAL_IP": HOST, "SPARK_NO_DAEMONIZE": "1"}
    head = "org.apache.spark.deploy"
    running = [started([CLASS, f"{head}.master.Master", "--host", HOST, "--port", str(port), "--webui-port", "0"], env=environment, **quiet)]
    _await(port)
    for number in (1, 2):
        command = [CLASS, f"{head}.worker.Worker", "--cores", "1", "--memory", memory.lower().replace("ib", ""), "--host", HOST, "--webui-port", "0", "--work-dir", str(folder / f"worker-{number}"), master]
        running.append(started(command, env=environment, **quiet))
    try:
        yield master, running[1:]
    finally:
        for process in running:
            kill_tree(process.pid)
            process.wait()


def _await(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("the master of Spark did not start")


def on_cluster(home: Path, master: str, memory: str, lost: "list[subprocess.Popen[str]]", after: float) -> tuple[int, float, str]:
    """A build there, some workers killed so many seconds after the models began: how it ended, its seconds, its last words."""
    of_spark = memory.lower().replace("ib", "")
    environment = {
        **os.environ, **SMALL, "SOFTCITY_ENGINE": "spark", "SOFTCITY_SPARK_MASTER": master, "SPARK_LOCAL_IP": HOST, "SOFTCITY_MEMORY": memory,
        "PYSPARK_SUBMIT_ARGS": f"--conf spark.executor.memory={of_spark} pyspark-shell",
    }  # fmt: skip
    begun = time.monotonic()
    process = started(softcity(home, "build"), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "权益" in line and lost:
            time.sleep(after)
            for worker in lost:
                kill_tree(worker.pid)
            break
    said += process.communicate()[1].splitlines(keepends=True)
    return process.returncode, round(time.monotonic() - begun, 1), "".join(said[-2:]).strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=150)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--memory", default="1GiB", help="Of the driver and of each worker.")
    parser.add_argument("--lost", type=int, nargs="+", default=[0, 1, 2], help="Workers killed, build by build.")
    parser.add_argument("--after", type=float, default=60, help="Seconds after the models began that workers are killed.")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wrong = 0
    print("| workers lost | ended in | s | marts | that differ | load |\n|" + "---|" * 6)
    with tempfile.TemporaryDirectory(prefix="softcity-standalone-") as place:
        folder = Path(place)
        home, there = folder / "duckdb", folder / "spark"
        made(home, "duckdb", asked.firms, asked.seed)
        made(there, "duckdb", asked.firms, asked.seed)
        for number, lost in enumerate(asked.lost):
            deliver(there, number), deliver(home, number)
            before = current_id(there / "published")
            with cluster(folder, asked.memory) as (master, workers):
                code, seconds, said = on_cluster(there, master, asked.memory, workers[:lost], asked.after)
            if code in (0, 3):
                subprocess.run(softcity(home, "build"), check=True, capture_output=True)
                engine, told = read_manifest(there / "published")["engine"]["name"], compared(marts(home), marts(there))
                differing = [mart for mart in told if not mart.is_equal]
                wrong += bool(differing) + (engine != "spark")
                print(f"| {lost} | {code} | {seconds} | {len(told)} | {len(differing)} | {load()} |", flush=True)
            else:
                is_kept = current_id(there / "published") == before
                wrong += not is_kept or lost < 2
                print(f"| {lost} | {code} | {seconds} | the old snapshot {'stays' if is_kept else 'IS GONE'} | – | {load()} |\n\n{said}\n", flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
