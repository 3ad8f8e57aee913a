//===- SourceFiles.cpp - The files of a RASP program ----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/SourceFiles.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::rasp::frontend;

unsigned SourceFiles::addText(StringRef text, StringRef name) {
  return sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBufferCopy(text, name), SMLoc());
}

unsigned SourceFiles::addText(StringRef text, Location location) {
  unsigned buffer = addText(text, "<text>");
  locations.insert({buffer, location});
  return buffer;
}

std::vector<std::string> SourceFiles::getFolders(unsigned from) const {
  std::vector<std::string> folders = {
      llvm::sys::path::parent_path(getName(from)).str()};
  if (!folders.front().empty())
    folders.push_back("");
  folders.insert(folders.end(), searchPaths.begin(), searchPaths.end());
  return folders;
}

std::unique_ptr<llvm::MemoryBuffer> SourceFiles::readFromDisk(StringRef path) {
  if (!llvm::sys::fs::is_regular_file(path))
    return nullptr;
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  return buffer ? std::move(*buffer) : nullptr;
}

std::optional<unsigned> SourceFiles::open(StringRef name, unsigned from) {
  for (const std::string &folder : getFolders(from)) {
    for (StringRef extension : {"", ".rasp"}) {
      SmallString<128> path(folder);
      llvm::sys::path::append(path, name + extension);
      if (std::unique_ptr<llvm::MemoryBuffer> buffer = reader(path))
        return sources.AddNewSourceBuffer(std::move(buffer), SMLoc());
    }
  }
  return std::nullopt;
}

StringRef SourceFiles::getText(unsigned buffer) const {
  return sources.getMemoryBuffer(buffer)->getBuffer();
}

StringRef SourceFiles::getName(unsigned buffer) const {
  return sources.getMemoryBuffer(buffer)->getBufferIdentifier();
}

std::string SourceFiles::describeSearchPaths(unsigned from) const {
  std::string text;
  for (const std::string &folder : getFolders(from)) {
    if (!text.empty())
      text += ", ";
    text += folder.empty() ? "the current folder" : "'" + folder + "'";
  }
  return text;
}

Location SourceFiles::getLocation(SMLoc place) const {
  unsigned buffer = sources.FindBufferContainingLoc(place);
  if (!buffer)
    return UnknownLoc::get(context);
  if (auto it = locations.find(buffer); it != locations.end())
    return it->second;
  auto [line, column] = sources.getLineAndColumn(place, buffer);
  return FileLineColLoc::get(context, getName(buffer), line, column);
}

std::optional<StringRef>
mlir::rasp::frontend::findSimilarName(StringRef name,
                                      ArrayRef<StringRef> candidates) {
  std::optional<StringRef> best;
  // Every name is one letter away from a name of one letter.
  if (name.size() < 3)
    return best;
  // One mistake in three letters still looks like the name.
  unsigned bestDistance = std::max<size_t>(1, name.size() / 3) + 1;
  for (StringRef candidate : candidates) {
    unsigned distance =
        name.edit_distance(candidate, /*AllowReplacements=*/true, bestDistance);
    // Of several that are as near, the first in the order of the alphabet.
    if (distance < bestDistance ||
        (best && distance == bestDistance && candidate < *best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
