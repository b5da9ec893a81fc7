"""How fast `policyctl explain` is, in two tables.

    python benchmarks/explain.py [--json FILE] [--pairs 20] [--sizes 2500 5000 10000 20000]

**Cold start.** The wall time of a whole process that explains a shipped history, against that of a Typer program with
one command that prints a line. Runs alternate (A B A B …), and what is told is the median of the ratios of neighbours,
which other work on the machine disturbs least. Both programs are started as installed ones are, by a script of three
lines, with all modules compiled (to a temporary folder, so that it does not matter whether the package is installed or
read from a checkout).

**Growth.** One merchant with ever more tickets, by three policies, of which the last makes a decision of every ticket:
seconds of processor time for reading, replaying and
printing as JSON. Time that grows with the number of tickets alone doubles from line to line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TYPER = """\
import typer

app = typer.Typer()


@app.command()
def hello(name: str) -> None:
    print(f"hello, {name}")


if __name__ == "__main__":
    app()
"""
POLICYCTL = """\
import sys
from policyctl.cli.main import run
sys.exit(run())
"""
HISTORY = "kuaishou/histories/twice-over-the-limit.json"
GOAL = 1.5

CARD = """\
general >= 20 -> suspend 3d, fine 2000 clears
year_total >= 100 -> close_identity, no_reset
"""
PAID = """\
general >= 20 -> suspend 3d, fine 2000 clears
"""
WINDOWS = """\
use standard

offence slight -> general +0.5
offence grave -> severe +2

measure recent = incurred(general and severe) in 90 days
measure month = live(general) in 30 days
measure graves = count(grave) this year
measure lately = count(tickets) in 7 days

recent >= 400 -> suspend 7d
month >= 60 and lately >= 20 -> suspend 3d, fine 2000 clears general
graves >= 30 -> warn often "too often"
rule each_twelve: every 12 of general -> suspend 1d each
rule each_hundred: every 100 of count(tickets) ever -> fine 100 each
"""


def main() -> None:
    """Measure, print, and write what was measured."""
    parser = argparse.ArgumentParser(description="How fast `policyctl explain` is.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE as well")
    parser.add_argument("--pairs", type=int, default=20, metavar="N", help="runs of each program (default 20)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_500, 5_000, 10_000, 20_000], metavar="TICKETS")
    asked = parser.parse_args()
    if find_spec("policyctl") is None:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    import policyctl

    home = Path(policyctl.__file__).parent
    version, python = policyctl.__version__, platform.python_version()
    print(f"policyctl {version} in {home}, Python {python}, {os.cpu_count()} processors")
    figures: dict[str, Any] = {"policyctl": version, "python": python, "platform": platform.platform()}
    figures["cold"] = list(cold(home, asked.pairs)) if asked.pairs else []
    figures["growth"] = [
        *growth("card", CARD, asked.sizes, merchant),
        *growth("windows", WINDOWS, asked.sizes, merchant),
        *growth("paid", PAID, asked.sizes, payer),
    ]
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


# --- cold start ------------------------------------------------------------------------------------------------------


def cold(home: Path, pairs: int) -> Iterator[dict[str, Any]]:
    """One line for each way to explain, each measured against the Typer program next to it."""
    from policyctl.shipping import shipped

    print(f"\ncold start, {pairs} pairs each; a one-command Typer program is 1\n")
    print(f"{'explain':<24}{'ms':>8}{'Typer ms':>10}{'ratio':>8}{'quartiles':>16}   goal")
    history = str(shipped("policies", HISTORY))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for script, text in (("hello.py", TYPER), ("explain.py", POLICYCTL)):
            (folder / script).write_text(text, "utf-8")
        env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        env |= {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONPATH": str(home.parent)}
        warm, none = env | {"POLICYCTL_CACHE": str(folder / "cache")}, env | {"POLICYCTL_CACHE": "off"}
        hello = [sys.executable, str(folder / "hello.py"), "world"]
        explain = [sys.executable, str(folder / "explain.py"), "explain", history, "--at", "2021-09-01", "--format"]
        for what, form, cached in (
            ("JSON", "json", True),
            ("text", "text", True),
            ("JSON, no cache", "json", False),
            ("text, no cache", "text", False),
        ):
            line = compared(folder, hello, [*explain, form], warm if cached else none, pairs)
            low, high = line["quartiles"]
            goal = "" if not cached else "reached" if line["ratio"] <= GOAL else f"missed: {GOAL}"
            print(
                f"{what:<24}{1000 * line['seconds']:>8.0f}{1000 * line['typer_seconds']:>10.0f}{line['ratio']:>8.3f}"
                f"{f'{low:.2f} to {high:.2f}':>16}   {goal}"
            )
            yield {"explain": what, **line}


def compared(folder: Path, one: list[str], other: list[str], env: dict[str, str], pairs: int) -> dict[str, Any]:
    """Run two programs in turn, after each has run twice to have everything compiled and in memory."""

    def seconds(command: list[str]) -> float:
        start = time.perf_counter()
        subprocess.run(command, env=env, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start

    for command in (one, other) * 2:
        seconds(command)
    measured = [(seconds(one), seconds(other)) for _ in range(pairs)]
    ratios = [b / a for a, b in measured]
    quarters = statistics.quantiles(ratios, n=4) if pairs > 1 else ratios * 3
    return {
        "seconds": statistics.median(b for _, b in measured),
        "typer_seconds": statistics.median(a for a, _ in measured),
        "ratio": statistics.median(ratios),
        "quartiles": [quarters[0], quarters[2]],
        "pairs": pairs,
    }


# --- growth ----------------------------------------------------------------------------------------------------------


def growth(name: str, text: str, sizes: list[int], of: Callable[[int], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One line for each number of tickets."""
    from policyctl.cli import output
    from policyctl.explain.as_json import as_json
    from policyctl.history.events import Account
    from policyctl.history.read import read_bytes
    from policyctl.policy.load import PolicyText, compile_texts
    from policyctl.replay.replay import replay, zone_of

    [policy] = compile_texts([PolicyText(f"{name}.policy", Path(name), text.encode())]).policies.values()
    assert policy is not None
    zone = zone_of(policy)
    at = datetime(2030, 1, 1, tzinfo=UTC)
    print(f"\none merchant, policy `{name}`; ratio: to half as many tickets\n")
    print(
        f"{'tickets':>8}{'decisions':>11}{'read':>8}{'replay':>8}{'JSON':>8}{'seconds':>9}{'tickets/s':>11}{'ratio':>7}"
    )
    before: dict[int, float] = {}
    for size in sizes:
        data = json.dumps(of(size)).encode()
        [account], reading = timed(lambda text: list(read_bytes(text, zone, name)), data)
        assert isinstance(account, Account)
        answer, replaying = timed(lambda one: replay(policy, one, at), account)
        assert not answer.incomplete, answer.anomalies[0]
        _, printing = timed(lambda one: output.as_json(as_json(one), spread=True), answer)
        seconds = reading + replaying + printing
        ratio = seconds / before[size // 2] if size // 2 in before else None
        before[size] = seconds
        print(
            f"{size:>8}{len(answer.decisions):>11}{reading:>8.2f}{replaying:>8.2f}{printing:>8.2f}{seconds:>9.2f}"
            f"{size / seconds:>11.0f}{'' if ratio is None else f'{ratio:.2f}':>7}"
        )
        yield {"policy": name, "tickets": size, "decisions": len(answer.decisions), "read": reading,
               "replay": replaying, "json": printing, "seconds": seconds, "ratio": ratio}  # fmt: skip


def timed(work: Callable[[Any], Any], given: Any) -> tuple[Any, float]:
    """What the work gives, and the least processor time that it takes of three times."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        found = work(given)
        best = min(best, time.process_time() - start)
    return found, best


def merchant(tickets: int) -> dict[str, Any]:
    """A merchant with that many tickets over ten years, half of them of each identity. The promoter gathers points
    fast and is closed early, so that its one period never ends; the merchant pays now and then, and starts anew
    every year."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    apart = timedelta(days=3650) / tickets
    events: list[dict[str, Any]] = []
    for number in range(tickets):
        at = (start + number * apart).isoformat(timespec="seconds")
        identity = ("merchant", "promoter")[number % 2]
        points = f"{400 / tickets:.6f}" if identity == "merchant" else "0.5"
        what = {"identity": identity, "ledger": "general", "points": points}
        events.append({"event": "ticket", "id": f"T-{number}", **what, "effective": at})
        if number % 50 == 49:
            events.append({"event": "payment", "id": f"P-{number}", "identity": "merchant", "at": at, "amount": "1000"})
    return {"merchant": f"m-{tickets}", "events": events}


def payer(tickets: int) -> dict[str, Any]:
    """A merchant each of whose tickets brings a decision and is followed by the payment of its fine."""
    start, apart = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=3650) / tickets
    events: list[dict[str, Any]] = []
    for number in range(tickets):
        at = start + number * apart
        what = {"identity": "merchant", "ledger": "general", "points": "20"}
        events.append({"event": "ticket", "id": f"T-{number}", **what, "effective": at.isoformat(timespec="seconds")})
        paid = {"identity": "merchant", "at": (at + apart / 2).isoformat(timespec="seconds"), "amount": "2000"}
        events.append({"event": "payment", "id": f"P-{number}", **paid})
    return {"merchant": f"m-{tickets}", "events": events}


if __name__ == "__main__":
    main()
