// The description of an agent or data plugin: other people's files, and what nodes send to a command line.
#include <nlohmann/json.hpp>

#include "proto/ddl/ddl.hpp"
#include "proto/ddl/to_json.hpp"
#include "tests/fuzz/fuzzer.hpp"

using muster::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = muster::fuzz::text_of(data, size);
  if (const auto agent = muster::ddl::parse(text, "x.json")) {
    const auto again = muster::ddl::parse(muster::ddl::to_json(*agent).dump(), "again.json");
    require(again && again->action_names() == agent->action_names(),
            "a description reads as written");
    for (const auto& action : agent->action_names()) {
      const auto inputs = muster::ddl::check_inputs(*agent, action, muster::Value::object());
      require(!inputs || inputs->is_object(), "checked inputs are a map");
    }
  }
  if (const auto plugin = muster::ddl::parse_data(text, "x.json"))
    static_cast<void>(muster::ddl::check_query(*plugin, "argument"));
  return 0;
}
