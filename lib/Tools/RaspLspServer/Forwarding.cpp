//===- Forwarding.cpp - Messages that another server answers --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Forwarding.h"

#include "rasp/Import/RaspImport.h"

#include "llvm/Support/FormatVariadic.h"
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
static constexpr StringLiteral initializationId = "rasp-lsp-server";

static constexpr char hasEnded[] = "the server for MLIR has ended";

/// How long the other server may take to end, in milliseconds.
static constexpr int maxSilence = 5000;

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
  input = toServer[1];
  fcntl(input, F_SETFL, O_NONBLOCK);
  output = fdopen(fromServer[0], "r");
  // What is polled for is not read ahead.
  std::setvbuf(output, nullptr, _IONBF, 0);
}

ServerProcess::~ServerProcess() {
  closeInput();
  if (output) {
    // It was asked to end, and had time to.
    kill(process, SIGKILL);
    std::fclose(output);
  }
  if (process != -1)
    waitpid(process, /*status=*/nullptr, /*options=*/0);
}

void ServerProcess::closeInput() {
  unsent.clear();
  if (input != -1)
    close(std::exchange(input, -1));
}

void ServerProcess::send(const llvm::json::Value &message) {
  if (input == -1)
    return;
  std::string text = llvm::formatv("{0}", message);
  if (style == llvm::lsp::JSONStreamStyle::Delimited)
    unsent += text + "\n// -----\n";
  else
    unsent +=
        llvm::formatv("Content-Length: {0}\r\n\r\n{1}", text.size(), text);
  sendMore();
}

void ServerProcess::sendMore() {
  size_t numSent = 0;
  while (numSent < unsent.size()) {
    ssize_t size =
        write(input, unsent.data() + numSent, unsent.size() - numSent);
    if (size >= 0) {
      numSent += size;
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      Logger::error("the server for MLIR takes no more messages");
      return closeInput();
    }
  }
  unsent.erase(0, numSent);
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

void ForwardingInput::refuse(const llvm::json::Value &id, StringRef reason) {
  transport->reply(id, llvm::make_error<llvm::lsp::LSPError>(
                           reason.str(), llvm::lsp::ErrorCode::InternalError));
}

void ForwardingInput::passOn() {
  std::optional<llvm::json::Value> message = other->receive();
  if (!message) {
    // Where it takes messages still, nobody asked it to end.
    if (other->getInputDescriptor() != -1)
      Logger::error(hasEnded);
    other->closeInput();
    for (const llvm::json::Value &id : std::exchange(unanswered, {}))
      refuse(id, hasEnded);
    return;
  }
  llvm::json::Object *object = message->getAsObject();
  if (!object)
    return;
  if (std::optional<StringRef> method = object->getString("method")) {
    llvm::json::Value *parameters = object->get("params");
    transport->notify(*method, parameters ? *parameters : nullptr);
    return;
  }
  llvm::json::Value *id = object->get("id");
  if (!id || *id == llvm::json::Value(initializationId))
    return;
  llvm::erase(unanswered, *id);
  if (llvm::json::Object *error = object->getObject("error"))
    transport->reply(*id, llvm::make_error<llvm::lsp::LSPError>(
                              error->getString("message").value_or("").str(),
                              static_cast<llvm::lsp::ErrorCode>(
                                  error->getInteger("code").value_or(0))));
  else if (llvm::json::Value *result = object->get("result"))
    transport->reply(*id, *result);
}

void ForwardingInput::waitForInput() {
  while (other && other->isRunning()) {
    pollfd waiting[] = {{fileno(in), POLLIN, 0},
                        {other->getOutputDescriptor(), POLLIN, 0}};
    if (poll(waiting, 2, /*timeout=*/-1) < 0)
      continue;
    if (waiting[1].revents != 0)
      passOn();
    else
      return;
  }
}

void ForwardingInput::send(const llvm::json::Value &message) {
  other->send(message);
  while (other->isRunning() && other->hasUnsent()) {
    pollfd waiting[] = {{other->getInputDescriptor(), POLLOUT, 0},
                        {other->getOutputDescriptor(), POLLIN, 0}};
    if (poll(waiting, 2, /*timeout=*/-1) < 0)
      continue;
    if (waiting[1].revents != 0)
      passOn();
    if (waiting[0].revents != 0)
      other->sendMore();
  }
}

void ForwardingInput::finish() {
  other->closeInput();
  while (other->isRunning()) {
    pollfd waiting = {other->getOutputDescriptor(), POLLIN, 0};
    int numReady = poll(&waiting, 1, maxSilence);
    if (numReady > 0)
      passOn();
    else if (numReady == 0)
      break;
  }
}

/// Whether a message is about a file that is no RASP source.
bool ForwardingInput::isForOther(const llvm::json::Object &message) {
  std::optional<StringRef> method = message.getString("method");
  if (!method)
    return false;
  if (method->starts_with("mlir/"))
    return true;
  // Upstream's server knows no such request, and this one no such file.
  if (method == "textDocument/documentHighlight")
    return false;
  const llvm::json::Object *parameters = message.getObject("params");
  const llvm::json::Object *document =
      parameters ? parameters->getObject("textDocument") : nullptr;
  std::optional<StringRef> uri =
      document ? document->getString("uri") : std::nullopt;
  if (!uri)
    return false;
  if (document->getString("languageId") == "rasp")
    ownFiles.insert(*uri);
  return !isRaspFile(*uri) && !ownFiles.contains(*uri);
}

void ForwardingInput::start() {
  other = std::make_unique<ServerProcess>(command, style);
  send(llvm::json::Object{{"jsonrpc", "2.0"},
                          {"id", initializationId},
                          {"method", "initialize"},
                          {"params", initialization}});
  send(llvm::json::Object{{"jsonrpc", "2.0"},
                          {"method", "initialized"},
                          {"params", llvm::json::Object()}});
}

void ForwardingInput::forward(const llvm::json::Value &message) {
  const llvm::json::Object &object = *message.getAsObject();
  const llvm::json::Value *id = object.get("id");
  if (command.empty()) {
    if (id)
      refuse(*id, "this server knows RASP source only");
    return;
  }
  // One that has ended knows no file any more, but can be told of a new one.
  bool isOpened = object.getString("method") == "textDocument/didOpen";
  if (!other || (isOpened && !other->isRunning()))
    start();
  if (!other->isRunning()) {
    if (id)
      refuse(*id, hasEnded);
    return;
  }
  if (id)
    unanswered.push_back(*id);
  send(message);
}

/// Whether it is a request, a notification or an answer. The transport ends
/// where it is given anything else.
static bool isMessage(const llvm::json::Value &value) {
  const llvm::json::Object *object = value.getAsObject();
  return object && object->getString("jsonrpc") == "2.0" &&
         (object->getString("method") || object->get("id"));
}

LogicalResult ForwardingInput::readOwnMessage(std::string &text) {
  while (true) {
    waitForInput();
    if (failed(input.readMessage(text))) {
      // Its last answers still count.
      if (other && isEndOfInput())
        finish();
      return failure();
    }
    // What an editor cuts apart in a character is still read.
    if (!llvm::json::isUTF8(text))
      text = llvm::json::fixUTF8(text);
    llvm::Expected<llvm::json::Value> message = llvm::json::parse(text);
    if (!message) {
      // The transport reports it.
      llvm::consumeError(message.takeError());
      return success();
    }
    if (!isMessage(*message)) {
      Logger::error("this is no message of JSON-RPC 2.0: {0}", *message);
      continue;
    }
    llvm::json::Object *object = message->getAsObject();
    std::optional<StringRef> method = object->getString("method");
    if (method == "initialize")
      if (llvm::json::Value *parameters = object->get("params"))
        initialization = *parameters;
    if (other && (method == "shutdown" || method == "exit")) {
      send(llvm::json::Object{{"jsonrpc", "2.0"}, {"method", "exit"}});
      finish();
    }
    if (!isForOther(*object))
      return success();
    forward(*message);
  }
}
