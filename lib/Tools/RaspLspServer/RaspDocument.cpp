//===- RaspDocument.cpp - A .rasp file in an editor -----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaspDocument.h"

#include "rasp/Import/Parser.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LSP/Logging.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::lsp;
using namespace mlir::rasp::frontend;
using llvm::lsp::Position;

RaspDocument::RaspDocument(MLIRContext *context, llvm::lsp::URIForFile uri,
                           StringRef text, int64_t version,
                           SourceFiles::Reader reader)
    : uri(std::move(uri)), version(version), context(context),
      files(sources, context), buffer(files.addText(text, this->uri.file())),
      session(files), settings(session, buffer, options) {
  files.setReader([this, reader = std::move(reader)](StringRef path) {
    SmallString<128> name(path);
    llvm::sys::path::remove_dots(name, /*remove_dot_dot=*/true);
    wanted.insert(name);
    return reader(name);
  });
  read();
}

/// Keeps what the names that a statement of the file sets stand for.
void RaspDocument::remember(const Stmt *statement) {
  auto rememberAll = [&](ArrayRef<Binding> bindings) {
    for (const Binding &binding : bindings)
      if (const StaticValue *value = session.getGlobals().lookup(binding.name))
        values[binding.name.data()] = *value;
  };
  if (auto *assign = dyn_cast<AssignStmt>(statement)) {
    rememberAll(assign->names);
  } else if (auto *function = dyn_cast<FunctionStmt>(statement)) {
    rememberAll(function->name);
  } else if (auto *loop = dyn_cast<ForStmt>(statement)) {
    rememberAll(loop->names);
    for (const Stmt *inner : loop->body)
      remember(inner);
  }
}

void RaspDocument::read() {
  ScopedDiagnosticHandler handler(context, [&](mlir::Diagnostic &diagnostic) {
    diagnose(diagnostic);
    return success();
  });
  bool hasFailed = failed(session.loadLibrary());
  hasFailed |= failed(settings.readComments());
  std::vector<const Stmt *> statements;
  hasFailed |= failed(session.runFile(buffer, [&](const Stmt *statement) {
    statements.push_back(statement);
    remember(statement);
  }));
  names = NameResolution(statements, getText());

  // A file that others load need not say what it is compiled for.
  ProgramContract open;
  open.maxSeqLen = 0;
  FailureOr<ProgramContract> found = settings.getContract(&open);
  if (failed(found) || found->vocab.empty() || found->maxSeqLen == 0)
    return;
  contract = std::move(*found);
  if (hasFailed)
    return;
  FailureOr<Node *> output = settings.getOutput();
  if (succeeded(output))
    (void)lowerToProgram(*output, *contract, (*output)->location);
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

/// How many units of UTF-16 a byte of UTF-8 begins.
static unsigned getNumUnits(char c) {
  auto byte = static_cast<unsigned char>(c);
  bool isContinuation = byte >= 0x80 && byte < 0xC0;
  return isContinuation ? 0 : byte >= 0xF0 ? 2 : 1;
}

size_t mlir::rasp::lsp::getOffset(StringRef text, Position position) {
  size_t offset = 0;
  for (int line = 0; line < position.line; ++line) {
    size_t end = text.find('\n', offset);
    if (end == StringRef::npos)
      return text.size();
    offset = end + 1;
  }
  int units = 0;
  for (; offset < text.size() && text[offset] != '\n'; ++offset) {
    int added = getNumUnits(text[offset]);
    if (added > 0 && units >= position.character)
      break;
    units += added;
  }
  return offset;
}

SMLoc RaspDocument::getLoc(Position position) const {
  StringRef text = getText();
  return SMLoc::getFromPointer(text.data() + getOffset(text, position));
}

Position RaspDocument::getPosition(SMLoc loc) const {
  auto [line, column] = sources.getLineAndColumn(loc);
  Position position(line - 1, 0);
  for (char c : StringRef(loc.getPointer() - (column - 1), column - 1))
    position.character += getNumUnits(c);
  return position;
}

/// The places in files that a location names, those of callees first.
static void collectPlaces(LocationAttr location,
                          SmallVectorImpl<FileLineColLoc> &places) {
  if (auto file = dyn_cast<FileLineColLoc>(location)) {
    places.push_back(file);
  } else if (auto name = dyn_cast<NameLoc>(location)) {
    collectPlaces(name.getChildLoc(), places);
  } else if (auto call = dyn_cast<CallSiteLoc>(location)) {
    collectPlaces(call.getCallee(), places);
    collectPlaces(call.getCaller(), places);
  } else if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (mlir::Location part : fused.getLocations())
      collectPlaces(part, places);
  }
}

/// The token at a place, to be underlined.
static SMRange getToken(SMLoc place, StringRef text) {
  const char *start = place.getPointer();
  StringRef rest(start, text.end() - start);
  size_t size = 0;
  if (!rest.empty() && rest.front() != '\n' && rest.front() != ' ')
    size = std::max<size_t>(Lexer(rest).lex().text.size(), 1);
  return {place, SMLoc::getFromPointer(start + size)};
}

std::optional<llvm::lsp::Location>
RaspDocument::getPlace(mlir::Location location) const {
  SmallVector<FileLineColLoc> places;
  collectPlaces(location, places);
  if (places.empty())
    return std::nullopt;
  FileLineColLoc place = places.front();
  for (unsigned id = 1; id <= sources.getNumBuffers(); ++id) {
    if (files.getName(id) != place.getFilename().getValue())
      continue;
    SMLoc loc = const_cast<llvm::SourceMgr &>(sources).FindLocForLineAndColumn(
        id, place.getLine(), place.getColumn());
    if (loc.isValid())
      return getPlace(getToken(loc, files.getText(id)));
  }
  return std::nullopt;
}

/// The library as a file that an editor can show.
static std::string writeLibrary(StringRef text) {
  SmallString<128> path;
  // A folder of the user's own: others could put a link into one of all.
  if (!llvm::sys::path::cache_directory(path))
    return "";
  llvm::sys::path::append(path, "rasp-mlir");
  if (llvm::sys::fs::create_directories(path))
    return "";
  llvm::sys::path::append(path, "rasplib.rasp");
  if (auto known = llvm::MemoryBuffer::getFile(path);
      known && (*known)->getBuffer() == text)
    return path.str().str();
  // Whole or not at all, since another server may do the same.
  llvm::Error error = llvm::writeToOutput(path, [&](raw_ostream &os) {
    os << text;
    return llvm::Error::success();
  });
  if (error) {
    llvm::lsp::Logger::error("the library cannot be shown: {0}",
                             llvm::toString(std::move(error)));
    return "";
  }
  return path.str().str();
}

std::optional<llvm::lsp::Location> RaspDocument::getPlace(SMRange range) const {
  unsigned id = files.getBufferOf(range.Start);
  if (id == buffer)
    return llvm::lsp::Location(uri, getRange(range));
  SmallString<128> path(files.getName(id));
  if (path == "rasplib.rasp")
    path = writeLibrary(files.getText(id));
  if (path.empty() || llvm::sys::fs::make_absolute(path))
    return std::nullopt;
  llvm::Expected<llvm::lsp::URIForFile> file =
      llvm::lsp::URIForFile::fromFile(path);
  if (!file) {
    llvm::consumeError(file.takeError());
    return std::nullopt;
  }
  return llvm::lsp::Location(*file, getRange(range));
}

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

static llvm::lsp::DiagnosticSeverity
getSeverity(mlir::DiagnosticSeverity severity) {
  switch (severity) {
  case mlir::DiagnosticSeverity::Error:
    return llvm::lsp::DiagnosticSeverity::Error;
  case mlir::DiagnosticSeverity::Warning:
    return llvm::lsp::DiagnosticSeverity::Warning;
  case mlir::DiagnosticSeverity::Remark:
  case mlir::DiagnosticSeverity::Note:
    return llvm::lsp::DiagnosticSeverity::Information;
  }
  llvm_unreachable("unknown severity");
}

void RaspDocument::diagnose(mlir::Diagnostic &diagnostic) {
  llvm::lsp::Diagnostic result;
  result.severity = getSeverity(diagnostic.getSeverity());
  result.message = diagnostic.str();
  result.source = "rasp";
  std::vector<llvm::lsp::DiagnosticRelatedInformation> related;

  // Of a function in another file, what is wrong here is its call.
  SmallVector<FileLineColLoc> places;
  collectPlaces(diagnostic.getLocation(), places);
  bool isPlaced = false;
  for (FileLineColLoc place : places) {
    std::optional<llvm::lsp::Location> found = getPlace(place);
    if (!found)
      continue;
    if (!isPlaced && found->uri == uri) {
      result.range = found->range;
      isPlaced = true;
    } else {
      related.emplace_back(*found, isPlaced ? "called from here" : "here");
    }
  }
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    if (std::optional<llvm::lsp::Location> place = getPlace(note.getLocation()))
      related.emplace_back(*place, note.str());
  if (!related.empty())
    result.relatedInformation = std::move(related);
  diagnostics.push_back(std::move(result));
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

const Occurrence *RaspDocument::findName(Position position) const {
  return names.find(getLoc(position));
}

const StaticValue *RaspDocument::getValue(const Occurrence &occurrence) {
  if (!occurrence.definition)
    return session.getGlobals().lookup(occurrence.name);
  const Definition &definition = names.getDefinitions()[*occurrence.definition];
  auto value = values.find(definition.binding.name.data());
  return value == values.end() ? nullptr : &value->second;
}

std::vector<llvm::lsp::Location>
RaspDocument::findDefinition(Position position) {
  SMLoc loc = getLoc(position);
  for (const LoadStmt *load : names.getLoads()) {
    if (loc.getPointer() < load->nameRange.Start.getPointer() ||
        load->nameRange.End.getPointer() < loc.getPointer())
      continue;
    std::optional<unsigned> id = files.open(load->name, buffer);
    if (!id)
      return {};
    SMLoc start = SMLoc::getFromPointer(files.getText(*id).begin());
    if (std::optional<llvm::lsp::Location> place = getPlace({start, start}))
      return {*place};
    return {};
  }
  const Occurrence *occurrence = names.find(loc);
  if (!occurrence)
    return {};
  std::optional<llvm::lsp::Location> place;
  if (occurrence->definition) {
    place =
        getPlace(names.getDefinitions()[*occurrence->definition].binding.range);
  } else if (const StaticValue *value = getValue(*occurrence)) {
    const FunctionValue *function = value->getFunction();
    if (function && function->definition)
      place = getPlace(function->definition->name.range);
    else if (Node *node = value->getNode())
      place = getPlace(node->location);
  }
  if (!place)
    return {};
  return {*place};
}

std::vector<llvm::lsp::Location>
RaspDocument::findReferences(Position position) {
  const Occurrence *wanted = findName(position);
  std::vector<llvm::lsp::Location> places;
  if (!wanted)
    return places;
  for (const Occurrence &occurrence : names.getOccurrences())
    if (occurrence.name == wanted->name &&
        occurrence.definition == wanted->definition)
      places.emplace_back(uri, getRange(occurrence.range));
  return places;
}

std::vector<llvm::lsp::DocumentSymbol> RaspDocument::getSymbols() const {
  std::vector<llvm::lsp::DocumentSymbol> symbols;
  for (const Definition &definition : names.getDefinitions()) {
    if (!definition.isGlobal || definition.kind == Definition::Kind::Loop)
      continue;
    bool isFunction = definition.kind == Definition::Kind::Function;
    symbols.emplace_back(definition.binding.name,
                         isFunction ? llvm::lsp::SymbolKind::Function
                                    : llvm::lsp::SymbolKind::Variable,
                         getRange(definition.statement->getRange()),
                         getRange(definition.binding.range));
  }
  return symbols;
}

//===----------------------------------------------------------------------===//
// Completion
//===----------------------------------------------------------------------===//

llvm::lsp::CompletionList RaspDocument::complete(Position position) {
  using llvm::lsp::CompletionItemKind;
  llvm::lsp::CompletionList list;
  SMLoc loc = getLoc(position);
  StringRef before(getText().data(), loc.getPointer() - getText().data());
  StringRef line = before.rsplit('\n').second;
  if (!before.contains('\n'))
    line = before;

  llvm::StringMap<bool> listed;
  auto add = [&](StringRef name, CompletionItemKind kind, StringRef detail) {
    if (!listed.try_emplace(name, true).second)
      return;
    list.items.emplace_back(name, kind);
    list.items.back().detail = detail.str();
  };
  auto addValue = [&](StringRef name, const StaticValue &value) {
    if (value.isUnknown())
      return;
    add(name,
        value.getFunction() ? CompletionItemKind::Function
                            : CompletionItemKind::Variable,
        frontend::describe(value));
  };

  size_t comment = line.find('#');
  if (comment != StringRef::npos) {
    if (line.drop_front(comment + 1).ltrim().starts_with("rasp:"))
      for (StringRef name : ProgramSettings::getNames())
        add(name, CompletionItemKind::Property, "setting");
    return list;
  }
  if (line.count('"') % 2 != 0)
    return list;
  if (llvm::all_of(line.ltrim(),
                   [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    for (StringRef command : getCommands())
      add(command, CompletionItemKind::Event, "command");
  for (const Definition &definition : llvm::reverse(names.getDefinitions())) {
    if (loc.getPointer() < definition.scope.Start.getPointer() ||
        definition.scope.End.getPointer() < loc.getPointer())
      continue;
    auto value = values.find(definition.binding.name.data());
    if (value != values.end())
      addValue(definition.binding.name, value->second);
    else
      add(definition.binding.name, CompletionItemKind::Variable,
          definition.kind == Definition::Kind::Parameter ? "parameter"
                                                         : "variable");
  }
  // What is loaded, the library, and what every program has.
  for (const Environment *here = &session.getGlobals(); here;
       here = here->getParent())
    for (const auto &[name, value] : here->getVariables())
      if (here != &session.getGlobals() ||
          llvm::none_of(names.getDefinitions(),
                        [&, name = name](const Definition &definition) {
                          return definition.isGlobal &&
                                 definition.binding.name == name;
                        }))
        addValue(name, value);
  for (StringRef word : getKeywords())
    add(word.rtrim('('), CompletionItemKind::Keyword, "keyword");
  return list;
}
