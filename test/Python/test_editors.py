# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The TextMate grammar of RASP source, and the files of the extension for VS Code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "tools" / "editors" / "vscode"
GRAMMAR = EXTENSION / "syntaxes" / "rasp.tmLanguage.json"
SOURCES = [
    path
    for folder in ("test/Integration/Rasp", "test/Import", "lib/Import")
    for path in sorted((ROOT / folder).rglob("*.rasp"))
]

base = pytest.importorskip("textmate_grammar.parsers.base")


@pytest.fixture(scope="module")
def parser():
    return base.LanguageParser(json.loads(GRAMMAR.read_text()))


def tokens_of(parser, text):
    """Pairs of a piece of text and its innermost scope."""
    element = parser.parse_string(text)
    if element is None:
        return []
    return [(content, scopes[-1]) for _, content, scopes in element.flatten() if content.strip()]


def scopes_of(parser, text):
    return {content.strip(): scope for content, scope in tokens_of(parser, text)}


def lines(text):
    """Text as the parser takes it, which reads no lone end of a line."""
    return text if text.endswith("\n") else text + "\n"


STATEMENT = """# rasp: vocab = ["a", "b"], max_seq_len = 10
# Counts.
load "dyck";
def twice(sequence, n) {
    return sequence * 2.5 if n >= 3 else max(sequence, 0);
}
same = select(tokens, indices, ==) and not full_s;
share = aggregate(same, twice(tokens_int, 1), "-");
names = [x for x in {"a": True} ];
draw(share, "ab");
"""

EXPECTED = {
    "rasp:": "keyword.control.directive.rasp",
    "max_seq_len": "support.type.property-name.rasp",
    "10": "constant.numeric.integer.rasp",
    "load": "keyword.control.import.rasp",
    '"dyck"': "string.quoted.double.rasp",
    "def": "keyword.declaration.function.rasp",
    "n": "variable.other.rasp",
    "return": "keyword.control.rasp",
    "2.5": "constant.numeric.float.rasp",
    "if": "keyword.control.rasp",
    ">=": "keyword.operator.comparison.rasp",
    "max": "support.function.library.rasp",
    "same": "variable.other.rasp",
    "select": "support.function.builtin.rasp",
    "tokens": "variable.language.rasp",
    "indices": "variable.language.rasp",
    "==": "keyword.operator.comparison.rasp",
    "and": "keyword.operator.logical.rasp",
    "not": "keyword.operator.logical.rasp",
    "aggregate": "support.function.builtin.rasp",
    "twice": "entity.name.function.call.rasp",
    "for": "keyword.control.rasp",
    "in": "keyword.operator.logical.rasp",
    "True": "constant.language.rasp",
    "draw": "keyword.other.draw.rasp",
    ";": "punctuation.terminator.statement.rasp",
    "=": "keyword.operator.assignment.rasp",
    "*": "keyword.operator.arithmetic.rasp",
}


def test_scopes(parser):
    scopes = scopes_of(parser, STATEMENT)
    assert {text: scopes.get(text) for text in EXPECTED} == EXPECTED


def test_definition(parser):
    tokens = tokens_of(parser, "def twice(sequence, n) { return n; }\n")
    assert ("twice", "entity.name.function.rasp") in tokens
    assert ("sequence", "variable.parameter.rasp") in tokens


@pytest.mark.parametrize(
    "command",
    ["set example", "show s-op example", "examples off", "selector examples on",
     "full seq display on", "exit"],
)  # fmt: skip
def test_commands(parser, command):
    scopes = {scope for _, scope in tokens_of(parser, lines(command))}
    assert "keyword.other.command.rasp" in scopes, scopes
    assert "variable.other.rasp" not in scopes, scopes


def test_commands_of_the_compiler(parser):
    """The grammar knows those that the prompt knows."""
    commands = (ROOT / "lib" / "Tools" / "RaspRun" / "Repl" / "ReplCommands.cpp").read_text()
    table = re.search(r"commands\[\] = \{(.*?)\n  \};", commands, re.DOTALL).group(1)
    names = re.findall(r'^      \{"(\w+)",', table, re.MULTILINE)
    assert "compile" in names and "settings" in names
    for name in names:
        assert scopes_of(parser, f":{name}\n")[name] == "keyword.other.command.rasp", name
    stages = re.search(r"at rasp, [^\"]*\"\s*\"[^\"]*", table).group(0)
    stages = re.findall(r"rasp|craft-\w+|linalg", stages)
    assert len(stages) == 5
    for stage in stages:
        scopes = scopes_of(parser, f":mlir count at {stage}\n")
        assert scopes["at"] == "keyword.other.command.rasp"
        assert scopes["count"] == "variable.other.rasp"
        assert scopes[stage] == "constant.language.stage.rasp"
    scopes = scopes_of(parser, ':run sort(tokens, tokens) on "hello"\n')
    assert scopes["sort"] == "support.function.library.rasp"
    assert scopes["on"] == "keyword.other.command.rasp"
    assert scopes['"hello"'] == "string.quoted.double.rasp"


def test_names_that_commands_are_made_of(parser):
    """They are names in statements."""
    tokens = tokens_of(parser, "d = {compile: run};\non = at + linalg;\n")
    names = [text for text, scope in tokens if scope == "variable.other.rasp"]
    assert names == ["d", "compile", "run", "on", "at", "linalg"]


def test_unfinished_string(parser):
    assert scopes_of(parser, 'x = "abc\ny = 1;\n').get('"abc') == (
        "invalid.illegal.unfinished-string.rasp"
    )


def test_keywords_of_the_language_are_known(parser):
    lexer = (ROOT / "lib" / "Import" / "Lexer.cpp").read_text()
    words = re.findall(r'\{"(\w+\(?)", Kind::', lexer)
    assert "aggregate(" in words and "return" in words
    for word in words:
        scope = tokens_of(parser, f"{word} x\n")[0][1]
        assert scope.startswith(("keyword.", "support.function.builtin.")), (word, scope)


def test_the_library_is_known(parser):
    library = (ROOT / "lib" / "Import" / "rasplib.rasp").read_text()
    names = re.findall(r"^def (\w+)", library, re.MULTILINE)
    assert "has_focus" in names
    for name in [*names, "selector_width", "best"]:
        assert tokens_of(parser, f"{name}(x)\n")[0] == (name, "support.function.library.rasp")


def test_settings_are_known(parser):
    settings = (ROOT / "lib" / "Import" / "ProgramSettings.cpp").read_text()
    names = re.search(r"settingNames\[\] = \{(.*?)\}", settings, re.DOTALL).group(1)
    for name in re.findall(r'"(\w+)"', names):
        scopes = scopes_of(parser, f"# rasp: {name} = 1\n")
        assert scopes[name] == "support.type.property-name.rasp", name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_token_has_a_scope(parser, path):
    """In what this project has of RASP, nothing but white space is left without one."""
    text = path.read_text()
    found = tokens_of(parser, text)
    assert found
    without = [content for content, scope in found if scope == "source.rasp"]
    assert not [content for content in without if content.strip()], without


def test_extension():
    package = json.loads((EXTENSION / "package.json").read_text())
    contributed = package["contributes"]
    for part in (*contributed["languages"], *contributed["grammars"]):
        for name in ("configuration", "path"):
            if name in part:
                json.loads((EXTENSION / part[name]).read_text())
    assert (EXTENSION / package["main"]).exists()
    assert contributed["languages"][0]["extensions"] == [".rasp"]
    assert json.loads(GRAMMAR.read_text())["scopeName"] == contributed["grammars"][0]["scopeName"]
