#!/usr/bin/env python
"""Known weaknesses: bandit looks in this code, pip-audit for the versions of constraints.txt in PyPI's advisories.

Ends with 1 for what bandit finds of medium severity or above, and for a version with an advisory. Where there is no
network, or none that has advisories, a line says so, and nothing fails for it.
"""

import json
import subprocess
import sys
from pathlib import Path

from seq2seq.cli.command import Parser, run

ROOT = Path(__file__).resolve().parents[1]
CODE = ("seq2seq", "scripts", "data/grammars", "setup.py")
PATIENCE = 300
"""Seconds to wait for the network."""


def main() -> None:
    """Run both; print what they find."""
    Parser(description=__doc__.partition("\n")[0]).parse_args()
    sound = not subprocess.run([sys.executable, "-m", "bandit", "-q", "-ll", "-r", *CODE], cwd=ROOT).returncode
    print(f"bandit: {'nothing' if sound else 'something'} of medium severity or above", flush=True)
    found = advisories()
    print(found)
    if not sound or found.startswith("pip-audit found"):
        sys.exit(1)


def advisories() -> str:
    """A line on what pip-audit says of the versions that the project is tested with, and a line for each advisory."""
    command = [sys.executable, "-m", "pip_audit", "-r", "constraints.txt", "--no-deps", "--disable-pip", "-f", "json"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return "pip-audit: skipped, for PyPI cannot be reached"
    looked = [package for package in packages if "skip_reason" not in package]
    if not looked:
        return "pip-audit: skipped, for what is reached in place of PyPI has no advisories"
    known = [
        f"{package['name']} {package['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'none yet'}"
        for package in looked
        for one in package["vulns"]
    ]
    head = f"pip-audit found {len(known)} advisories" if known else "pip-audit: no advisory"
    return "\n".join([f"{head}, of {len(looked)} of {len(packages)} packages", *known])


if __name__ == "__main__":
    run(main)
