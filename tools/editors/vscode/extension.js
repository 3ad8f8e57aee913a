// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Starts rasp-lsp-server for .rasp files.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = function () {
  const command = vscode.workspace.getConfiguration("rasp").get("server");
  client = new LanguageClient(
    "rasp",
    "RASP",
    { command },
    // The server knows what is a file: it looks beside it for what that loads.
    { documentSelector: [{ scheme: "file", language: "rasp" }] }
  );
  return client.start();
};

exports.deactivate = function () {
  return client ? client.stop() : undefined;
};
