#!/usr/bin/env python3
"""What a newcomer does first: a grid on the embedded paper venue, with the short form's defaults. It
must complete cycles within half a minute and print its PnL. usage: paper.py BIN_DIR"""

import json
import os
import subprocess
import sys
import tempfile


def main():
    binary = os.path.join(sys.argv[1], "actorbot")
    with tempfile.TemporaryDirectory(prefix="actorbot-") as folder:
        report_file = os.path.join(folder, "report.json")
        run = subprocess.run(
            [binary, "run", "--ticker", "BTC", "--strategy", "grid", "--venue", "paper",
             "--for", "30s", "--report", report_file],
            cwd=folder, capture_output=True, text=True, timeout=90)
        print(run.stdout, end="")
        problems = []
        if run.returncode != 0:
            problems.append(f"exit code {run.returncode}")
        if "PnL" not in run.stdout:
            problems.append("no PnL was printed")
        if os.path.exists(report_file):
            report = json.load(open(report_file))
            cycles = sum(s["cycles"] for s in report["strategies"])
            if cycles < 1:
                problems.append("no cycle was completed within 30 s")
        else:
            problems.append("no report was written")
        for problem in problems:
            print("FAILED:", problem)
        if problems:
            print(run.stderr[-6000:])
        return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
