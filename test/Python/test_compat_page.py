# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples of docs/coming-from-tracr.md."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-tracr.md"


def test_examples_in_their_order():
    blocks = re.findall(r"^```pycon\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) >= 5
    # In a process of its own: install() changes what `import tracr` means.
    code = (
        "import doctest, sys\n"
        f"examples = doctest.DocTestParser().get_doctest({''.join(blocks)!r}, {{}}, 'page', None, 0)\n"
        "sys.exit(doctest.DocTestRunner().run(examples).failed)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
