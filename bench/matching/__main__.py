"""How well and how fast names are matched: `python bench/matching [DATA]`, DATA being the folder of the shared real data.

Ours beside four plain methods on the labelled names, then 5,000 names against a registry of 1.1 million in one process.
The big registry is made from real names: each core under other places, the same every time.
"""

import csv
import gzip
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from rapidfuzz import fuzz, process  # noqa: E402

from pipelines.identity.likeness import parts  # noqa: E402
from pipelines.identity.match_files import match_files  # noqa: E402
from pipelines.identity.names import normalise_name  # noqa: E402

BIG, WANTED = 1_100_000, 5_000
Found = tuple[str, list[str]]   # the code taken without a person ('' for none), and the codes shown, best first


def rows(path: Path) -> list[dict[str, str]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def exact(names: list[str], registry: dict[str, str]) -> list[Found]:
    return [(code := registry.get(normalise_name(name), ""), [code] if code else []) for name in names]


def stripped(names: list[str], registry: dict[str, str]) -> list[Found]:
    def strip(name: str) -> str:
        return re.sub(r"江苏|无锡|江阴|宜兴|[省市县区]|股份|有限|责任|集团|公司|[()]", "", normalise_name(name))

    codes = defaultdict(list)
    for name, code in registry.items():
        codes[strip(name)].append(code)
    return [(found[0] if len(found) == 1 else "", found[:3]) for found in (codes.get(strip(name), []) for name in names)]


def scanned(names: list[str], registry: dict[str, str]) -> list[Found]:
    """The whole registry by rapidfuzz, taken from 90 on."""
    answers = []
    for name in names:
        best = process.extract(normalise_name(name), registry.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=60)
        answers.append((registry[best[0][0]] if best and best[0][1] >= 90 else "", [registry[each[0]] for each in best]))
    return answers


def trigrams(names: list[str], registry: dict[str, str]) -> list[Found]:
    """Jaccard of the sets of three signs over the whole registry, taken from 0.6 on."""
    def cut(name: str) -> frozenset[str]:
        return frozenset(name[at : at + 3] for at in range(len(name) - 2))

    index = defaultdict(list)
    sets = {name: cut(name) for name in registry}
    for name, grams in sets.items():
        for gram in grams:
            index[gram].append(name)
    answers = []
    for name in names:
        own = cut(normalise_name(name))
        near = {other for gram in own for other in index.get(gram, ())}
        best = sorted(((len(own & sets[o]) / len(own | sets[o]), o) for o in near), reverse=True)[:3]
        answers.append((registry[best[0][1]] if best and best[0][0] >= 0.6 else "", [registry[o] for _, o in best]))
    return answers


def ours(names: Path, registry: Path) -> list[Found]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        match_files(names, registry, out)
        return [(row["code"], [code for code in row["candidates"].split("|") if code]) for row in rows(out)]


def score(title: str, truth: list[str], run: Callable[[], list[Found]]) -> None:
    start = time.perf_counter()
    answers = run()
    seconds = time.perf_counter() - start
    taken = [(code, meant) for (code, _), meant in zip(answers, truth, strict=True) if code]
    right, positives = sum(code == meant for code, meant in taken), sum(map(bool, truth))
    shown = sum(meant in codes[:3] for (_, codes), meant in zip(answers, truth, strict=True) if meant)
    idle = sum(bool(codes) for (_, codes), meant in zip(answers, truth, strict=True) if not meant)
    print(
        f"{title:<11} precision {right / max(len(taken), 1):.3f} ({len(taken) - right} wrong)  recall {right / positives:.3f}  "
        f"recall@3 {shown / positives:.3f}  negatives shown {idle:>3}/{len(truth) - positives}  {seconds:6.2f} s"
    )


def write_big(data: Path, target: Path) -> None:
    """Real names as they are, then each core under one place after another until there are enough."""
    real = [
        row["企业名称"].strip()
        for file in ("wuxi_registrations", "jiangsu_other_cities")
        for row in rows(data / "registrations" / f"{file}.csv.gz")
    ]
    places = [row["short"] or row["name"] for row in rows(PROJECT / "pipelines" / "identity" / "places.csv")]
    cores = [part.core + part.branch + part.form for part in (parts(normalise_name(name)) for name in real)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "uscc"])
        for no in range(BIG):
            step, at = divmod(no, len(real))
            name = real[at] if not step else f"{places[(at * 31 + step * 97) % len(places)]}{cores[at]}"
            writer.writerow([name, f"9132{no:014d}"])


def main(data: Path) -> None:
    dev, registry = data / "matching" / "name_matching_dev.csv", data / "matching" / "matching_registry_wuxi.csv.gz"
    if not dev.is_file():
        print(f"The real names may not be copied into the project and are not at {data}: nothing measured.")
        return
    labelled = rows(dev)
    names, truth = [row["list_name"] for row in labelled], [row["uscc_or_empty"] for row in labelled]
    codes = {normalise_name(row["name"]): row["uscc"] for row in rows(registry)}
    print(f"{len(names)} labelled names, {sum(map(bool, truth))} with a firm, against {len(codes):,} names")
    score("ours", truth, lambda: ours(dev, registry))
    for title, method in (("exact", exact), ("stripped", stripped), ("rapidfuzz", scanned), ("trigram", trigrams)):
        score(title, truth, lambda method=method: method(names, codes))

    with tempfile.TemporaryDirectory() as folder:
        big, wanted, out = (Path(folder) / name for name in ("registry.csv", "names.csv", "out.csv"))
        write_big(data, big)
        printed = [*names, *(row["list_name"] for row in rows(data / "lists" / "a_share_2021-10.csv"))]
        printed += [row["list_name"] for row in rows(data / "lists" / "jiangsu_large_enterprises.csv")]
        with wanted.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["name"], *([name] for name in printed[:WANTED])])
        start = time.perf_counter()
        command = "from pipelines.cli import main; main()"
        told = subprocess.run(
            [sys.executable, "-c", command, "match", str(wanted), "--registry", str(big), "--out", str(out)],
            check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(PROJECT)},
        ).stdout.splitlines()[0]  # fmt: skip
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{len(printed[:WANTED]):,} names against {BIG:,}: {seconds:.1f} s whole process, peak {peak:,.0f} MB  ({told})")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT.parent / "shared" / "data")
