#!/usr/bin/env python3
"""Runs the examples in pages of documentation.

    run-examples.py [--update] [--build FOLDER] page.md...

`mlir` blocks must parse and verify. One that is not a module of its own is put into
one of the programs in Inputs/, with the values that it uses but does not define. One
with the lines `// before` and `// after` shows a pass, which the heading above names:
the pass must make of the first part what the second part shows.

`console` blocks are run, in a folder of their own for each page: a line `$ command`
must print what stands below it. Where it says `error:`, the command must fail. An
`mlir` block below the comment `<!-- file: name -->` is saved there under that name;
below `<!-- refused file: name -->`, it need not parse.

In what is expected `...` stands for anything. Blocks below the comment
`<!-- not run: why -->` are left alone. With --update the output that is expected
becomes the one that was found.
"""

import argparse
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Block:
    """A fenced block of a page, with what stands above it."""

    def __init__(self, language, line, heading, directive):
        self.language, self.line, self.heading, self.directive = language, line, heading, directive
        self.lines = []

    @property
    def text(self):
        return "\n".join(self.lines)


def blocks(lines):
    """The fenced blocks of a page; `line` is the index of the first line inside."""
    block, heading, directive = None, "", ""
    for number, line in enumerate(lines):
        if block is not None:
            if line.strip() == "```":
                yield block
                block, directive = None, ""
            else:
                block.lines.append(line)
        elif line.startswith("```"):
            block = Block(line[3:].strip(), number + 1, heading, directive)
        elif line.startswith("#"):
            heading = line.lstrip("#").strip(" `")
        elif line.startswith("<!--"):
            directive = line[4:].split("-->")[0].strip()
        elif line.strip():
            directive = ""


def expectation(text):
    """A regular expression for `text`: `...` is anything, white space any white
    space."""
    words = [re.escape(word) for word in text.split()]
    return r"\s+".join(words).replace(r"\.\.\.", r".*?")


# Examples in MLIR ----------------------------------------------------------------


class Program:
    """A program of Inputs/ that an example is put into, at the line `// EXAMPLE`. Of
    what stands between that and `// VALUES`, the example gets the definitions that it
    uses. The first line lists the ops that the program is for."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            first, text = file.read().split("\n", 1)
        self.ops = first.removeprefix("// For").strip(" :").split()
        before, self.after = re.split(r"^ *// EXAMPLE\n", text, flags=re.MULTILINE)
        self.before, _, values = before.partition("  // VALUES\n")
        parts = re.split(r"^(?=  %\w+ =)", values, flags=re.MULTILINE)
        self.definitions = {re.match(r" +%(\w+)", part).group(1): part for part in parts[1:]}

    def has(self, op):
        return any(op == own or own.endswith("*") and op.startswith(own[:-1]) for own in self.ops)

    def needed(self, text):
        """The definitions of what `text` uses and does not define, in order."""
        wanted = set(re.findall(r"%(\w+)", text)) - defined_names(text)
        for name in reversed(self.definitions):
            if name in wanted:
                wanted |= set(re.findall(r"%(\w+)", self.definitions[name]))
        return "".join(self.definitions[name] for name in self.definitions if name in wanted)

    def around(self, text):
        before, after = self.before, self.after
        returned = re.search(r"^ *rasp\.return .* : (.*)$", text, re.MULTILINE)
        if returned:
            before = re.sub(r"(rasp\.program .* -> )\S+", lambda m: m.group(1) + returned.group(1), before)
        if re.search(r"^ *(rasp\.(return|yield)|craft\.unembed(ding)?) ", text.splitlines()[-1]):
            after = after.split("\n", 1)[1]
        return before + self.needed(text) + text + "\n" + after


def defined_names(text):
    """The names that an example defines, as results or as arguments of blocks."""
    names = re.findall(r"^\s*%(\w+) *=", text, re.MULTILINE)
    for arguments in re.findall(r"\^\w+\(([^)]*)\)", text):
        names += re.findall(r"%(\w+)", arguments)
    return set(names)


def as_module(text, programs):
    """A module that holds an example."""
    code = [line for line in re.sub(r"//.*", "", text).splitlines() if line.strip()]
    if all(line.startswith("!") for line in code):
        return "".join(f'"example.of"() : () -> {line}\n' for line in code)
    if all(line.startswith("#") for line in code):
        return "".join(f'"example.of"() {{value = {line}}} : () -> ()\n' for line in code)
    ops = re.findall(r"^\s*(?:%\w+ = )?\"?(\w+\.\w+)", text, re.MULTILINE)
    if ops and ops[0] in ("rasp.program", "craft.program", "craft.transformer", "func.func"):
        return text + "\n"
    for program in programs:
        if ops and program.has(ops[0]):
            return program.around(text)
    raise ValueError(f"no program in Inputs/ is for '{ops[0] if ops else text}'")


def run(command, folder, environment, text=None):
    return subprocess.run(command, cwd=folder, env=environment, input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip


def check_mlir(block, programs, folder, environment):
    """What is wrong with an example."""
    arguments, text, expected = [], block.text, None
    parts = re.split(r"^// (?:before|after)(.*)\n", block.text, flags=re.MULTILINE)
    if len(parts) == 5:
        _, _, text, options, expected = parts
        arguments = shlex.split(options) if "--" in options else ["--" + block.heading.lstrip("-")]
    module = as_module(text.rstrip(), programs)
    result = run(["rasp-opt", "--allow-unregistered-dialect", *arguments], folder, environment, module)
    if result.returncode:
        return [f"rasp-opt {' '.join(arguments)} fails:\n{result.stdout}The program was:\n{module}"]
    if expected is not None and not re.search(with_names(expectation(expected)), result.stdout, re.DOTALL):
        return [f"{arguments[0]} does not make what the example shows, but:\n{result.stdout}"]
    return []


def with_names(pattern):
    """`pattern`, matching values of other names as well if these are consistent."""
    groups = {}

    def group(match):
        if match.group(1) in groups:
            return f"(?P={groups[match.group(1)]})"
        groups[match.group(1)] = f"value{len(groups)}"
        return rf"(?P<{groups[match.group(1)]}>%\w+)"

    return re.sub(r"%(\w+)", group, pattern)


# Commands ------------------------------------------------------------------------


def commands(block):
    """The commands of a console block, each with what it is to print."""
    found = []
    for line in block.lines:
        if line.startswith("$ "):
            found.append(([line], []))
        elif found and not found[-1][1] and found[-1][0][-1].endswith("\\"):
            found[-1][0].append(line)
        elif found:
            found[-1][1].append(line)
        else:
            raise ValueError("a console block begins with a command: $ ...")
    return found


def check_console(block, folder, environment, update):
    """What is wrong with the commands, and the lines that the block should have. Where
    it is updated, another output is no problem."""
    problems, lines = [], []
    for command, expected in commands(block):
        shell = "set -o pipefail\n" + "\n".join(command).removeprefix("$ ")
        result = run(["bash", "-c", shell], folder, environment)
        found = result.stdout.rstrip("\n").split("\n") if result.stdout.strip() else []
        if re.fullmatch(expectation("\n".join(expected)), result.stdout.strip(), re.DOTALL):
            found = expected
        elif not update:
            problems.append("\n".join([*command, "prints", *found, "and not", *expected]))
        if (result.returncode != 0) != ("error:" in result.stdout):
            problems.append("\n".join([*command, f"exits with {result.returncode} and prints", *found]))
            found = expected
        lines += command + found
    return problems, lines


def check_page(path, programs, build, update):
    """What is wrong with the examples of a page; writes new outputs into it where they
    are to be updated."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    environment = dict(os.environ, PATH=os.path.join(build, "bin") + os.pathsep + os.environ["PATH"])
    found, replacements = [], []
    with tempfile.TemporaryDirectory() as folder:
        # Commands may name what a user has: the programs of the tests, the build folder.
        os.symlink(os.path.join(ROOT, "test"), os.path.join(folder, "test"))
        os.symlink(build, os.path.join(folder, "build"))
        for block in blocks(lines):
            if block.directive.startswith("not run:"):
                continue
            if "file:" in block.directive:
                name = os.path.basename(block.directive.split("file:")[1].strip())
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(block.text + "\n")
            problems = []
            try:
                if block.language == "mlir" and not block.directive.startswith("refused"):
                    problems = check_mlir(block, programs, folder, environment)
                elif block.language == "console":
                    problems, output = check_console(block, folder, environment, update)
                    replacements.append((block, output))
            except ValueError as error:
                problems = [str(error)]
            found += [f"{os.path.relpath(path, ROOT)}:{block.line + 1}: error: {problem}" for problem in problems]
    if update:
        for block, output in reversed(replacements):
            lines[block.line : block.line + len(block.lines)] = output
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="the build folder")
    parser.add_argument("--update", action="store_true", help="write what the commands print into the pages")
    parser.add_argument("pages", nargs="+")
    arguments = parser.parse_args()
    programs = [Program(path) for path in sorted(glob.glob(os.path.join(HERE, "Inputs", "*.mlir")))]
    failed = False
    for page in arguments.pages:
        for problem in check_page(page, programs, os.path.abspath(arguments.build), arguments.update):
            failed = True
            print(problem, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
