# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""An editor that meets trouble: editor.py SITUATION SERVER [OPTIONS...]

It speaks to the server as editors do, in messages with a header, where the other tests
have delimited ones. Each situation ends in a line that says what stood the test.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

SOURCE = "file:///nowhere/program.rasp"
MODULE = "file:///nowhere/program.mlir"
COPY = """rasp.program @copy(%t: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3} { rasp.return %t : !rasp.sop<i64> }"""

# A server that hangs fails the test.
PATIENCE = 60


class Editor:
    def __init__(self, command: list[str]):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.messages: queue.Queue[dict | None] = queue.Queue()
        self.last_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", {"capabilities": {}, "processId": 1})
        self.notify("initialized", {})

    def _read(self) -> None:
        output = self.process.stdout
        while True:
            size = None
            while (line := output.readline().strip()) != b"":
                name, value = line.split(b":")
                if name == b"Content-Length":
                    size = int(value)
            if size is None:
                self.messages.put(None)
                return
            self.messages.put(json.loads(output.read(size)))

    def wait(self, wanted) -> dict:
        while True:
            message = self.messages.get(timeout=PATIENCE)
            assert message is not None, f"the server ended: {self.process.wait()}"
            if wanted(message):
                return message

    def write(self, text: bytes) -> None:
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def notify(self, method: str, parameters) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": parameters}
        self.write(json.dumps(message).encode())

    def start_request(self, method: str, parameters) -> int:
        self.last_id += 1
        message = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": parameters}
        self.write(json.dumps(message).encode())
        return self.last_id

    def answer(self, request: int) -> dict:
        return self.wait(lambda message: message.get("id") == request)

    def request(self, method: str, parameters) -> dict:
        return self.answer(self.start_request(method, parameters))

    def open(self, uri: str, text: str) -> None:
        document = {"uri": uri, "languageId": uri.rpartition(".")[2], "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def diagnostics(self, uri: str) -> list[str]:
        message = self.wait(
            lambda message: message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == uri
        )
        return [diagnostic["message"] for diagnostic in message["params"]["diagnostics"]]

    def start_hover(self, uri: str) -> int:
        place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
        return self.start_request("textDocument/hover", place)

    def children(self) -> list[int]:
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                # The name in parentheses may hold anything.
                parent = stat.read_text().rpartition(")")[2].split()[1]
                if int(parent) == self.process.pid:
                    found.append(int(stat.parent.name))
        return found

    def close(self) -> None:
        assert "result" in self.request("shutdown", None)
        self.notify("exit", None)
        assert self.process.wait(PATIENCE) == 0


def malformed(editor: Editor) -> None:
    """What is no message is passed over."""
    for text in (b"[1, 2]", b"3", b"null", b"{", b"", b"{}", b'{"id": 5}', b'{"method": 7}',
                 b'{"jsonrpc": "2.0"}', b'{"method": "initialized", "params": {}}'):  # fmt: skip
        editor.write(text)
    # What is no UTF-8 is read as far as it is.
    document = {"uri": SOURCE, "languageId": "rasp", "version": 1, "text": "x = @; y = lenght;"}
    parameters = {"textDocument": document}
    message = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": parameters}
    editor.write(json.dumps(message).encode().replace(b"@", b"\xff\xfe"))
    first, second = editor.diagnostics(SOURCE)
    assert "RASP source" in first and "lenght" in second, (first, second)


def killed(editor: Editor) -> None:
    """The end of the server for MLIR is no matter for RASP, and not for good."""
    editor.open(MODULE, COPY)
    assert editor.diagnostics(MODULE) == []
    (child,) = editor.children()
    os.kill(child, signal.SIGSTOP)
    under_way = editor.start_hover(MODULE)
    os.kill(child, signal.SIGKILL)
    for request in (under_way, editor.start_hover(MODULE)):
        assert editor.answer(request)["error"]["message"] == "the server for MLIR has ended"
    editor.open(SOURCE, "x = lenght;")
    assert "lenght" in editor.diagnostics(SOURCE)[0]
    editor.open(MODULE, COPY.replace("%t :", "%u :"))
    assert "undeclared" in editor.diagnostics(MODULE)[0]


def flooded(editor: Editor) -> None:
    """More is asked of the server for MLIR than fits on the way, both ways."""
    text = "\n".join(f"func.func private @function{number}()" for number in range(2000))
    requests = []
    for number in range(6):
        uri = f"file:///nowhere/{number}.mlir"
        editor.open(uri, text)
        symbols = {"textDocument": {"uri": uri}}
        requests += [editor.start_request("textDocument/documentSymbol", symbols) for _ in range(3)]
    for request in requests:
        assert len(editor.answer(request)["result"]) == 2000


def only_rasp(editor: Editor) -> None:
    editor.open(MODULE, COPY)
    error = editor.answer(editor.start_hover(MODULE))["error"]
    assert error["message"] == "this server knows RASP source only", error
    assert editor.children() == []
    editor.open(SOURCE, "x = 1;")
    assert "**value**" in editor.answer(editor.start_hover(SOURCE))["result"]["contents"]["value"]


SITUATIONS = {
    "malformed": malformed,
    "killed": killed,
    "flooded": flooded,
    "only-rasp": only_rasp,
}

situation, *command = sys.argv[1:]
editor = Editor(command)
SITUATIONS[situation](editor)
editor.close()
print(f"{situation}: stood the test")
