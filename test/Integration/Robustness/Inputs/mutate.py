#!/usr/bin/env python3
"""Damages programs and runs a tool on each; none may crash it.

    mutate.py [--seed N] [--count N] program... -- tool arguments...

Each case is one program with some of its content changed: bytes flipped, cut out,
repeated or put elsewhere, the rest cut off, and in text also words and numbers
exchanged, so that much of it still parses. The tool may accept what it is given or
refuse it with a diagnostic and a non-zero exit. A signal, silence or a hang is a
failure, and prints the seed that makes the case again.

MLIR's bytecode reader trusts what it reads. Where it crashes by itself, with none
of the tool's code below it, that is counted and no failure.
"""

import argparse
import concurrent.futures
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile

TIMEOUT = 60  # seconds
MEMORY = 8 << 30  # bytes of addresses: an allocation without bound fails
NUMBERS = [b"0", b"-1", b"1", b"7", b"65536", b"65537", b"4611686018427387904",
           b"9223372036854775807", b"-9223372036854775808", b"99999999999999999999",
           b"0.0", b"1.0e308", b"0x7FF8000000000000", b"true"]  # fmt: skip


def flip(generator, content):
    result = bytearray(content)
    for _ in range(generator.choice([1, 1, 2, 8])):
        result[generator.randrange(len(result))] ^= 1 << generator.randrange(8)
    return bytes(result)


def overwrite(generator, content):
    result = bytearray(content)
    result[generator.randrange(len(result))] = generator.choice([0, 1, 0x7F, 0x80, 0xFF])
    return bytes(result)


def slice_of(generator, content):
    begin = generator.randrange(len(content))
    return begin, min(len(content), begin + generator.choice([1, 2, 8, 40]))


def cut_out(generator, content):
    begin, end = slice_of(generator, content)
    return content[:begin] + content[end:]


def repeat(generator, content):
    begin, end = slice_of(generator, content)
    return content[:end] + content[begin:]


def move(generator, content):
    begin, end = slice_of(generator, content)
    place = generator.randrange(len(content))
    return content[:place] + content[begin:end] + content[place:]


def truncate(generator, content):
    return content[: generator.randrange(len(content))]


def exchange_words(generator, content):
    """One word of the text in the place of another of the same kind."""
    words = list(re.finditer(rb"[%@#!]?[\w.]+", content))
    first = generator.choice(words)
    same_kind = [w for w in words if w[0][:1] == first[0][:1] or generator.random() < 0.1]
    second = generator.choice(same_kind)
    return content[: first.start()] + second[0] + content[first.end() :]


def change_number(generator, content):
    numbers = list(re.finditer(rb"(?<![\w%@.])-?\d+(\.\d+)?", content))
    if not numbers:
        return flip(generator, content)
    number = generator.choice(numbers)
    return content[: number.start()] + generator.choice(NUMBERS) + content[number.end() :]


def drop_line(generator, content):
    lines = content.splitlines(keepends=True)
    lines.pop(generator.randrange(len(lines)))
    return b"".join(lines)


ANYWHERE = [flip, overwrite, cut_out, repeat, move, truncate]
IN_TEXT = [exchange_words, exchange_words, change_number, change_number, drop_line]


def mutated(seed, programs):
    generator = random.Random(seed)
    content = generator.choice(programs)
    is_text = not content.startswith(b"ML\xefR")
    for _ in range(generator.choice([1, 1, 1, 2, 4])):
        # Bytes mostly break the text; words and numbers go deeper.
        structured = is_text and generator.random() < 0.75
        content = generator.choice(IN_TEXT if structured else ANYWHERE)(generator, content) or b" "
    return content


def crashed_in_reader(stderr, tool):
    """Whether a stack trace ends in MLIR's bytecode reader."""
    frames = re.findall(r"^\d+ +(\S+) +0x\w+(.*)", stderr, re.MULTILINE)
    readers = [i for i, (_, name) in enumerate(frames) if "mlir::BytecodeReader::Impl::" in name]
    if not readers:
        return False
    # With a shared MLIR the tool's own frames are those of the program.
    library = frames[readers[-1]][0]
    program = os.path.basename(tool)
    return not any(
        (module == program != library) or re.search("mlir::(rasp|craft)::", name)
        for module, name in frames[: readers[-1]]
    )


def prepare_child():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def failure_of(content, command):
    """What went wrong, or nothing, and whether MLIR's reader crashed."""
    with tempfile.NamedTemporaryFile(suffix=".mlir") as file:
        file.write(content)
        file.flush()
        try:
            result = subprocess.run(
                [*command, file.name],
                capture_output=True,
                env={**os.environ, "LLVM_DISABLE_SYMBOLIZATION": "1"},
                preexec_fn=prepare_child,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"took more than {TIMEOUT} s", False
    stderr = result.stderr.decode(errors="replace")
    failure = None
    if result.returncode < 0:
        if crashed_in_reader(stderr, command[0]):
            return None, True
        failure = f"killed by {signal.Signals(-result.returncode).name}"
    elif result.returncode > 127:
        failure = f"exit {result.returncode}"
    elif result.returncode != 0 and "error:" not in stderr:
        failure = f"exit {result.returncode} without a diagnostic"
    elif result.returncode != 0 and result.stdout:
        failure = f"exit {result.returncode}, and yet there is output"
    return (f"{failure}\n{stderr[-3000:]}" if failure else None), False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--save", help="a folder for the cases that fail")
    parser.add_argument("programs", nargs="+")
    own, command = sys.argv[1:], []
    if "--" in own:
        place = own.index("--")
        own, command = own[:place], own[place + 1 :]
    arguments = parser.parse_args(own)

    programs = []
    for path in arguments.programs:
        with open(path, "rb") as file:
            programs.append(file.read())
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    cases = [mutated(seed, programs) for seed in seeds]
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(lambda case: failure_of(case, command), cases))
    failures = 0
    for seed, case, (failure, _) in zip(seeds, cases, outcomes):
        if not failure:
            continue
        failures += 1
        print(f"seed {seed}: {failure}\n{case[:4000]!r}\n")
        if arguments.save:
            with open(os.path.join(arguments.save, f"seed-{seed}.mlir"), "wb") as file:
                file.write(case)
    num_upstream = sum(in_reader for _, in_reader in outcomes)
    print(
        f"{failures} of {len(cases)} cases failed, and MLIR's bytecode reader crashed on "
        f"{num_upstream} more"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
