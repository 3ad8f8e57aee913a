# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the tests of the Python package run.

A test whose extra is missing is skipped, and says which, as is one that needs an
environment variable. With RASP_REQUIRE_EXTRAS=1, which the project's test command sets,
it fails instead: nothing goes untested there.

Random programs are the same in each run, so that what passed once passes again;
`--hypothesis-profile=random` draws others.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile("repeatable")


def _require(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Makes a report of a skip for want of a package or a variable one of a failure."""
    if os.environ.get("RASP_REQUIRE_EXTRAS") != "1" or not report.skipped:
        return
    reason = str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
    if any(want in reason for want in ("not installed", "could not import", "is not set")):
        report.outcome = "failed"
        report.longrepr = f"RASP_REQUIRE_EXTRAS=1, and was {reason[0].lower()}{reason[1:]}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    _require(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _require(report)
    return report
