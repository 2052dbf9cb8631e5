// The descriptions in config/ddl/agent and config/ddl/data, compiled in: a node's built-in plugins
// and the command line share them.
#pragma once

#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/ddl/lazy.hpp"

namespace muster::ddl {

struct Text {
  std::string_view name;  // the file's, without ".json"
  std::string_view json;
};

const std::vector<Text>& texts();

// Empty when no such agent is built in.
std::string_view text(std::string_view agent);

// Parsed. Errc::unknown_action, with the nearest name, when no such agent is built in.
Result<Agent> built_in(std::string_view agent);
// Of an agent that is built in, parsed at first use; of another, get() throws.
Lazy<Agent> built_in_at_use(std::string_view agent);

// The same for data plugins.
const std::vector<Text>& data_texts();
std::string_view data_text(std::string_view plugin);
Result<Data> built_in_data(std::string_view plugin);
Lazy<Data> built_in_data_at_use(std::string_view plugin);

}  // namespace muster::ddl
