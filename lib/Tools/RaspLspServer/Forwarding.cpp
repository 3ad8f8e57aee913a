//===- Forwarding.cpp - Messages that another server answers --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Forwarding.h"

#include "rasp/Import/RaspImport.h"

#include "llvm/Support/LSP/Logging.h"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlir;
using namespace mlir::rasp::lsp;
using llvm::lsp::Logger;

/// The number that the other server is initialized under; no editor uses it.
static constexpr llvm::StringLiteral initializationId = "rasp-lsp-server";

//===----------------------------------------------------------------------===//
// ServerProcess
//===----------------------------------------------------------------------===//

ServerProcess::ServerProcess(const std::vector<std::string> &command,
                             llvm::lsp::JSONStreamStyle style)
    : style(style) {
  // A server that has ended is noticed where it is written to.
  std::signal(SIGPIPE, SIG_IGN);
  int toServer[2], fromServer[2];
  if (pipe2(toServer, O_CLOEXEC) != 0)
    return;
  if (pipe2(fromServer, O_CLOEXEC) != 0) {
    close(toServer[0]);
    close(toServer[1]);
    return;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, toServer[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fromServer[1], STDOUT_FILENO);
  std::vector<char *> arguments;
  for (const std::string &argument : command)
    arguments.push_back(const_cast<char *>(argument.c_str()));
  arguments.push_back(nullptr);
  int error = posix_spawn(&process, command.front().c_str(), &actions,
                          /*attrp=*/nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(toServer[0]);
  close(fromServer[1]);
  if (error != 0) {
    Logger::error("'{0}' does not start: {1}", command.front(),
                  std::strerror(error));
    close(toServer[1]);
    close(fromServer[0]);
    process = -1;
    return;
  }
  input = fdopen(toServer[1], "w");
  output = fdopen(fromServer[0], "r");
  // What is polled for is not read ahead.
  std::setvbuf(output, nullptr, _IONBF, 0);
}

ServerProcess::~ServerProcess() {
  closeInput();
  if (output)
    std::fclose(output);
  if (process != -1)
    waitpid(process, /*status=*/nullptr, /*options=*/0);
}

void ServerProcess::closeInput() {
  if (input)
    std::fclose(std::exchange(input, nullptr));
}

int ServerProcess::getDescriptor() const { return fileno(output); }

void ServerProcess::send(const llvm::json::Value &message) {
  if (!input)
    return;
  std::string text;
  llvm::raw_string_ostream(text) << message;
  bool isDelimited = style == llvm::lsp::JSONStreamStyle::Delimited;
  if (isDelimited)
    std::fprintf(input, "%s\n// -----\n", text.c_str());
  else
    std::fprintf(input, "Content-Length: %zu\r\n\r\n%s", text.size(),
                 text.c_str());
  if (std::fflush(input) != 0) {
    Logger::error("the server for MLIR takes no more messages");
    closeInput();
  }
}

std::optional<llvm::json::Value> ServerProcess::receive() {
  llvm::lsp::JSONTransportInputOverFile messages(output);
  std::string text;
  while (!messages.hasError() && !messages.isEndOfInput()) {
    if (failed(messages.readMessage(text)))
      continue;
    if (llvm::Expected<llvm::json::Value> message = llvm::json::parse(text))
      return std::move(*message);
    else
      Logger::error("the server for MLIR sends what is no JSON: {0}",
                    llvm::toString(message.takeError()));
  }
  std::fclose(std::exchange(output, nullptr));
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// ForwardingInput
//===----------------------------------------------------------------------===//

ForwardingInput::ForwardingInput(std::FILE *in,
                                 llvm::lsp::JSONStreamStyle style,
                                 std::vector<std::string> command)
    : JSONTransportInput(style), in(in), style(style), input(in, style),
      command(std::move(command)) {
  // What is polled for is not read ahead.
  std::setvbuf(in, nullptr, _IONBF, 0);
}

/// Passes a message of the other server on. Returns false once it has ended.
bool ForwardingInput::passOn() {
  std::optional<llvm::json::Value> message = other->receive();
  if (!message) {
    Logger::error("the server for MLIR has ended");
    return false;
  }
  llvm::json::Object *object = message->getAsObject();
  if (!object)
    return true;
  if (std::optional<llvm::StringRef> method = object->getString("method")) {
    llvm::json::Value *parameters = object->get("params");
    transport->notify(*method, parameters ? *parameters : nullptr);
    return true;
  }
  llvm::json::Value *id = object->get("id");
  if (!id || *id == llvm::json::Value(initializationId))
    return true;
  if (llvm::json::Object *error = object->getObject("error"))
    transport->reply(*id, llvm::make_error<llvm::lsp::LSPError>(
                              error->getString("message").value_or("").str(),
                              static_cast<llvm::lsp::ErrorCode>(
                                  error->getInteger("code").value_or(0))));
  else if (llvm::json::Value *result = object->get("result"))
    transport->reply(*id, *result);
  return true;
}

void ForwardingInput::waitForInput() {
  while (other && other->isRunning()) {
    pollfd waiting[] = {{fileno(in), POLLIN, 0},
                        {other->getDescriptor(), POLLIN, 0}};
    if (poll(waiting, 2, /*timeout=*/-1) < 0)
      continue;
    if (waiting[1].revents != 0)
      passOn();
    else
      return;
  }
}

/// Whether a message is about a file that is no RASP source.
bool ForwardingInput::isForOther(const llvm::json::Object &message) {
  std::optional<llvm::StringRef> method = message.getString("method");
  if (!method)
    return false;
  if (method->starts_with("mlir/"))
    return true;
  const llvm::json::Object *parameters = message.getObject("params");
  const llvm::json::Object *document =
      parameters ? parameters->getObject("textDocument") : nullptr;
  std::optional<llvm::StringRef> uri =
      document ? document->getString("uri") : std::nullopt;
  if (!uri)
    return false;
  if (document->getString("languageId") == "rasp")
    ownFiles.insert(*uri);
  return !isRaspFile(*uri) && !ownFiles.contains(*uri);
}

void ForwardingInput::forward(llvm::json::Value message) {
  if (!other) {
    other = std::make_unique<ServerProcess>(command, style);
    other->send(llvm::json::Object{{"jsonrpc", "2.0"},
                                   {"id", initializationId},
                                   {"method", "initialize"},
                                   {"params", initialization}});
    other->send(llvm::json::Object{{"jsonrpc", "2.0"},
                                   {"method", "initialized"},
                                   {"params", llvm::json::Object()}});
  }
  llvm::json::Value *id = message.getAsObject()->get("id");
  if (!other->isRunning() && id)
    transport->reply(*id, llvm::make_error<llvm::lsp::LSPError>(
                              "the server for MLIR has ended",
                              llvm::lsp::ErrorCode::InternalError));
  else
    other->send(message);
}

llvm::LogicalResult ForwardingInput::readOwnMessage(std::string &json) {
  while (true) {
    waitForInput();
    if (failed(input.readMessage(json))) {
      // Its last answers still count.
      if (other && isEndOfInput()) {
        other->closeInput();
        while (other->isRunning() && passOn()) {
        }
      }
      return failure();
    }
    llvm::Expected<llvm::json::Value> message = llvm::json::parse(json);
    if (!message) {
      // The transport reports it.
      llvm::consumeError(message.takeError());
      return success();
    }
    llvm::json::Object *object = message->getAsObject();
    if (!object)
      return success();
    std::optional<llvm::StringRef> method = object->getString("method");
    if (method == "initialize")
      if (llvm::json::Value *parameters = object->get("params"))
        initialization = *parameters;
    if (other && (method == "shutdown" || method == "exit")) {
      other->send(llvm::json::Object{{"jsonrpc", "2.0"}, {"method", "exit"}});
      other->closeInput();
      while (other->isRunning() && passOn()) {
      }
    }
    if (!isForOther(*object))
      return success();
    forward(std::move(*message));
  }
}
