// Lists of nodes as files and pipes carry them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::cli {

inline constexpr std::size_t kNameListMaxBytes = 256 * 1024 * 1024;  // a call's JSON may be long
inline constexpr std::size_t kNameListMaxNames = 1'000'000;

enum class ListFormat { automatic, text, yaml, json, ini };

// --do format=…; Errc::config with the nearest.
Result<ListFormat> list_format_from(std::string_view name);

// Text: one name a line, '#' begins a comment. YAML: a list of names. JSON: a list of names or of
// objects with "sender", "certname" or "identity" (MCollective's and Choria's replies), or a
// document of `muster … --json`: its "replies", or its "nodes"; or such objects one a line, as
// --jsonl prints them. INI: an inventory of Ansible, whose hosts are the names, with ranges such as
// web[01:20]; YAML and JSON may be its inventories too. `automatic` goes by the end of `name` (.json, .yaml, .yml), else by the first
// line that is neither empty nor a comment: JSON begins with '[' or '{', YAML with "---" or "- " or
// ends in ':' there, INI has a line that is "[group]", all else is text. A byte order mark does not count, and
// UTF-16 is read. Names are checked; sorted, each once. Errors:
// Errc::invalid_data, "NAME:line: …".
Result<std::vector<std::string>> names_from(std::string_view list, std::string_view name,
                                            ListFormat format = ListFormat::automatic);

}  // namespace muster::cli
