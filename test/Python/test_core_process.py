# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The extension module in a process: signals, threads, forks, other libraries.

Each test runs a script in an interpreter of its own.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import textwrap

import pytest

# A map of two inputs that takes seconds to list, and its interruption.
SLOW = """
import os, signal, sys, threading, time
from rasp_mlir import _core

# A shell that starts jobs in the background has them ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

def slow_program():
    builder = _core.ProgramBuilder("slow", range(1000), "i64", 3)
    everywhere = builder.select(builder.tokens, builder.tokens, "true")
    first = builder.select(builder.indices(), builder.constant(0, "i64"), "eq")
    second = builder.aggregate(first, builder.tokens, None, "i64")
    body = [("arith.muli", [0, 1], None, "i64"), ("arith.constant", [], 7, "i64"),
            ("arith.remsi", [2, 3], None, "i64")]
    return builder.finish(builder.map([builder.tokens, second], body, "i64"))

def interrupt(seconds):
    thread = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    thread.daemon = True
    thread.start()

def interrupted(work):
    interrupt(0.3)
    start = time.perf_counter()
    try:
        work()
    except KeyboardInterrupt:
        return time.perf_counter() - start
    raise AssertionError("was not interrupted")
"""


def run(script: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def check(script: str) -> str:
    """The output of a script, which succeeds and complains of nothing."""
    result = run(script)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


class TestInterrupts:
    def test_lowering(self):
        check(
            SLOW
            + """
module = slow_program()
assert interrupted(lambda: module.lower()) < 2
# The module is as it was, and can be used at once.
assert module.interpret([3, 4]) == [2, 5]
assert interrupted(lambda: module.weights()) < 2
assert interrupted(lambda: module.export("safetensors")) < 2
"""
        )

    def test_machine_code(self):
        check(
            SLOW
            + """
builder = _core.ProgramBuilder("long", [0, 1, 2], "i64", 8)
value = builder.tokens
for _ in range(12):
    value = builder.selector_width(builder.select(value, value, "eq"))
    value = builder.selector_width(builder.select(value, builder.tokens, "lt"))
module = builder.finish(value).lower()
assert interrupted(lambda: module.jit()) < 2
assert module.programs == ["long"]
"""
        )

    def test_exit_while_work_goes_on(self):
        """The interpreter waits for the pass that is running, and ends as usual."""
        output = check(
            SLOW
            + """
import atexit
atexit.register(print, "at exit")
module = slow_program()
interrupted(lambda: module.lower())
print("interrupted")
"""
        )
        assert output.split("\n") == ["interrupted", "at exit", ""]

    def test_uncaught(self):
        result = run(
            SLOW
            + """
interrupt(0.3)
slow_program().lower()
"""
        )
        assert "KeyboardInterrupt" in result.stderr
        assert result.returncode != 0

    def test_a_handler_that_goes_on(self):
        """A signal whose handler raises nothing interrupts nothing."""
        check(
            SLOW
            + """
seen = []
signal.signal(signal.SIGUSR1, lambda *_: seen.append(time.perf_counter()))
thread = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1))
thread.start()
slow_program().lower("craft-values")
assert seen and time.perf_counter() > seen[0]
"""
        )

    def test_in_another_thread(self):
        """Only the main thread is interrupted; the work of others is finished."""
        check(
            SLOW
            + """
results = []
module = slow_program()
done = threading.Event()
def work():
    results.append(module.lower("craft-values"))
    done.set()
threading.Thread(target=work).start()
interrupt(0.2)
try:
    done.wait()
    raise AssertionError("was not interrupted")
except KeyboardInterrupt:
    pass
done.wait()
assert "craft.program" in str(results[0])
"""
        )


class TestProcess:
    def test_fork(self):
        check(
            """
            import os
            from rasp_mlir import _core
            builder = _core.ProgramBuilder("p", [1, 2], "i64", 3)
            module = builder.finish(builder.tokens)
            compiled = module.lower().jit()
            child = os.fork()
            logits = compiled([[2, 0, 1]])
            assert logits[0, 1:].argmax(-1).tolist() == [0, 1]
            assert module.lower("craft-layers").interpret([1]) == [1]
            if child:
                assert os.waitpid(child, 0)[1] == 0
            """
        )

    def test_values_alive_at_exit(self):
        check(
            """
            from rasp_mlir import _core
            builder = _core.ProgramBuilder("p", ["a", "b"], "str", 3)
            domain = builder.facts(builder.tokens).domain
            other = _core.ProgramBuilder("p", ["a", "b"], "str", 3)
            weights, metadata = other.finish(other.tokens).weights()
            keep = [builder, domain, weights]
            keep.append(keep)
            """
        )

    def test_daemon_threads_at_exit(self):
        check(
            """
            import threading, time
            from rasp_mlir import _core
            builder = _core.ProgramBuilder("p", ["a", "b"], "str", 3)
            module = builder.finish(builder.tokens)
            def work():
                while True:
                    module.lower()
            for _ in range(4):
                threading.Thread(target=work, daemon=True).start()
            time.sleep(0.5)
            """
        )

    @pytest.mark.parametrize(
        "order", list(itertools.permutations(["torch", "jax", "iree.compiler", "rasp_mlir"]))[::5]
    )
    def test_beside_other_libraries(self, order):
        """Each brings its own LLVM, and none meets another's."""
        for name in order:
            pytest.importorskip(name, reason=f"{name} is not installed")
        output = check(
            f"""
            import importlib, os
            os.environ["JAX_PLATFORMS"] = "cpu"
            for name in {order!r}:
                importlib.import_module(name)
            import torch, jax, numpy
            import iree.compiler
            from rasp_mlir import _core
            builder = _core.ProgramBuilder("p", [1, 2], "i64", 3)
            module = builder.finish(builder.tokens).lower()
            logits = module.jit()([[2, 0, 1]])
            assert torch.tensor(logits).argmax(-1).tolist()[0][1:] == [0, 1]
            assert jax.jit(lambda x: x.argmax(-1))(logits)[0, 1:].tolist() == [0, 1]
            compiled = iree.compiler.compile_str(
                str(module), target_backends=["llvm-cpu"], input_type="auto",
                extra_args=["--iree-llvmcpu-target-cpu=generic"])
            print(len(compiled) > 0, numpy.isfinite(logits).all())
            """
        )
        assert output == "True True\n"
