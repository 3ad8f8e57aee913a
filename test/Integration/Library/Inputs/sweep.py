"""Compares every program of a folder with its compiled model on thousands of inputs:
at each stage, and with the oracle.

    sweep.py folder scratch.mlir
"""

import glob
import os
import subprocess
import sys

failed = False


def run(*command):
    global failed
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        failed = True
        print(f"{' '.join(command)}\n{result.stdout}{result.stderr[-4000:]}")


folder, scratch = sys.argv[1:]
for program in sorted(glob.glob(os.path.join(folder, "*.mlir"))):
    for max_seq_len, up_to, count in (5, 5, 1000), (10, 4, 1000), (32, 3, 300), (64, 2, 100):
        for causal in "false", "true":
            contract = f"max-seq-len={max_seq_len} causal={causal}"
            run("rasp-opt", f"--rasp-set-contract={contract}", program, "-o", scratch)
            run("rasp-run", "--check", scratch, f"--all-up-to={up_to}", "--max-inputs=5000",
                f"--random={count}", "--seed=7")  # fmt: skip
    run(sys.executable, os.path.join(folder, "oracle.py"), program, "--max-seq-len=5,10,32,64",
        "--all-limit=3000", "--random=1000", "--seed=7")  # fmt: skip
sys.exit(failed)
