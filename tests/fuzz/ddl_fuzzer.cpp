// The description of an agent ('0') or data plugin ('1'): other people's files, and what nodes send to a command line.
#include <nlohmann/json.hpp>

#include "proto/ddl/ddl.hpp"
#include "proto/ddl/to_json.hpp"
#include "tests/fuzz/fuzzer.hpp"

using muster::fuzz::require;

namespace {

void read_agent(std::string_view text) {
  if (const auto agent = muster::ddl::parse(text, "x.json")) {
    const auto again = muster::ddl::parse(muster::ddl::to_json(*agent).dump(), "again.json");
    require(again && again->action_names() == agent->action_names(),
            "a description reads as written");
    for (const auto& action : agent->action_names()) {
      const auto inputs = muster::ddl::check_inputs(*agent, action, muster::Value::object());
      require(!inputs || inputs->is_object(), "checked inputs are a map");
    }
  }
}

void read_data_plugin(std::string_view text) {
  if (const auto plugin = muster::ddl::parse_data(text, "x.json"))
    static_cast<void>(muster::ddl::check_query(*plugin, "argument"));
}

}  // namespace

MUSTER_FUZZER(ddl) {
  const auto [reader, text] = muster::fuzz::choice_of(muster::fuzz::text_of(data, size), 2);
  reader == 0 ? read_agent(text) : read_data_plugin(text);
  return 0;
}
