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
  /// Sends a message as far as the server takes it now; `sendMore` sends the
  /// rest. Who waits for a server that takes no more reads what it answers,
  /// which it may be waiting for itself.
  void send(const llvm::json::Value &message);
  void sendMore();
  bool hasUnsent() const { return !unsent.empty(); }
  /// No more is sent.
  void closeInput();

  /// What is polled for its messages, and to send it more.
  int getOutputDescriptor() const { return fileno(output); }
  int getInputDescriptor() const { return input; }
  /// The next message, which is waited for. Nothing once it has ended.
  std::optional<llvm::json::Value> receive();

private:
  llvm::lsp::JSONStreamStyle style;
  int process = -1;
  int input = -1;
  std::FILE *output = nullptr;
  std::string unsent;
};

/// The messages of an editor, without those about files that are not RASP
/// source: these go to upstream's server, which is started when one is opened.
/// Without a command for it they are refused.
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
  llvm::LogicalResult readOwnMessage(std::string &text);
  /// Waits for a message of the editor, and passes on those of the other
  /// server.
  void waitForInput();
  bool isForOther(const llvm::json::Object &message);
  void forward(const llvm::json::Value &message);
  void start();
  /// Sends a message, and passes on what comes meanwhile.
  void send(const llvm::json::Value &message);
  void passOn();
  /// Passes on the last answers of the other server, which takes no more.
  void finish();
  void refuse(const llvm::json::Value &id, llvm::StringRef reason);

  std::FILE *in;
  llvm::lsp::JSONStreamStyle style;
  llvm::lsp::JSONTransportInputOverFile input;
  std::vector<std::string> command;
  llvm::lsp::JSONTransport *transport = nullptr;
  std::unique_ptr<ServerProcess> other;
  /// What the editor has said of itself.
  llvm::json::Value initialization = nullptr;
  /// The requests that the other server has not answered yet.
  std::vector<llvm::json::Value> unanswered;
  /// Files that are RASP source by their language and not by their name.
  llvm::StringSet<> ownFiles;
};

} // namespace mlir::rasp::lsp

#endif // RASP_LIB_TOOLS_RASPLSPSERVER_FORWARDING_H
