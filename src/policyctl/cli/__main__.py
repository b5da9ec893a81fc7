"""`python -m policyctl.cli` is `policyctl`."""

from policyctl.cli.main import run

run()
