//===- Forwarding.h - Messages that another server answers ---- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPLSPSERVER_FORWARDING_H
#define RASP_LIB_TOOLS_RASPLSPSERVER_FORWARDING_H

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/LSP/Transport.h"

#include <string>
#include <vector>

namespace mlir::rasp::lsp {

/// A server in a process of its own, which is spoken to through pipes.
class ServerProcess {
public:
  /// Starts the program `command.front()` with the arguments after it. Its
  /// messages have the style `style` on their way in.
  ServerProcess(const std::vector<std::string> &command,
                llvm::lsp::JSONStreamStyle style);
  ~ServerProcess();
  ServerProcess(const ServerProcess &) = delete;

  bool isRunning() const { return output != nullptr; }
  void send(const llvm::json::Value &message);
  /// No more is sent.
  void closeInput();

  /// What is polled for its messages.
  int getDescriptor() const;
  /// The next message, which is waited for. Nothing once it has ended.
  std::optional<llvm::json::Value> receive();

private:
  llvm::lsp::JSONStreamStyle style;
  int process = -1;
  std::FILE *input = nullptr, *output = nullptr;
};

/// The messages of an editor, without those about files that are not RASP
/// source: these go to upstream's server, which is started when one is opened.
class ForwardingInput : public llvm::lsp::JSONTransportInput {
public:
  ForwardingInput(std::FILE *in, llvm::lsp::JSONStreamStyle style,
                  std::vector<std::string> command);

  /// Where the answers of the other server go; set before the first message.
  void setOutput(llvm::lsp::JSONTransport *output) { transport = output; }

  bool hasError() const final { return input.hasError(); }
  bool isEndOfInput() const final { return input.isEndOfInput(); }
  llvm::LogicalResult readDelimitedMessage(std::string &json) final {
    return readOwnMessage(json);
  }
  llvm::LogicalResult readStandardMessage(std::string &json) final {
    return readOwnMessage(json);
  }

private:
  llvm::LogicalResult readOwnMessage(std::string &json);
  /// Waits for a message of the editor, and passes on those of the other
  /// server.
  void waitForInput();
  bool isForOther(const llvm::json::Object &message);
  void forward(llvm::json::Value message);
  bool passOn();

  std::FILE *in;
  llvm::lsp::JSONStreamStyle style;
  llvm::lsp::JSONTransportInputOverFile input;
  std::vector<std::string> command;
  llvm::lsp::JSONTransport *transport = nullptr;
  std::unique_ptr<ServerProcess> other;
  /// What the editor has said of itself.
  llvm::json::Value initialization = nullptr;
  /// Files that are RASP source by their language and not by their name.
  llvm::StringSet<> ownFiles;
};

} // namespace mlir::rasp::lsp

#endif // RASP_LIB_TOOLS_RASPLSPSERVER_FORWARDING_H
