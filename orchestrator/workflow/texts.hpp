// The text of a workflow with those of the workflows that are steps of it, as one: it is what has a hash, and what orchestrators keep.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::workflow {

// A line that begins so ends a file's text; the rest of it is the name of the file whose text comes next.
inline constexpr std::string_view kFileMark = "--- # file: ";

struct Texts {
  std::string main;
  std::vector<std::pair<std::string, std::string>> inner;  // by their names, each once

  const std::string* find(std::string_view file) const;  // null: it is not there
};

// Of a name and a text that can stand in one. Errc::config: the text has such a line, or the name more than one line.
Status check_joinable(std::string_view file, std::string_view text);

// Without any inner ones: the text of the main file as it is.
std::string join_texts(const Texts& texts);
// What join_texts() made; of any other text a main one.
Texts split_texts(std::string_view whole);

}  // namespace muster::workflow
