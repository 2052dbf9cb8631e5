// Topics, and the names that become their levels. The first line is a filter or a name, the second a topic.
#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"
#include "proto/security/join_token.hpp"
#include "proto/transport/bus.hpp"
#include "proto/transport/topics.hpp"
#include "tests/fuzz/fuzzer.hpp"

namespace {

using muster::fuzz::require;
namespace topics = muster::transport::topics;

void name_stays_one_level(std::string_view name) {
  if (!muster::base::check_identity(name)) return;
  const auto topic = topics::presence("main", name);
  require(topics::last_level(topic) == name, "an identity is one level");
  require(!topics::level(topic, 5), "and adds no other");
  require(topic.find_first_of("+#\n") == std::string::npos, "nor a wildcard");
}

}  // namespace

MUSTER_FUZZER(topic) {
  const auto text = muster::fuzz::text_of(data, size);
  const auto first = text.substr(0, text.find('\n'));
  const auto second = text.substr(std::min(text.size(), first.size() + 1));
  name_stays_one_level(first);
  const bool matches = muster::transport::topic_matches(first, second);
  if (first.find_first_of("+#") == std::string_view::npos)
    require(matches == (!first.empty() && first == second),
            "without wildcards only itself matches");
  static_cast<void>(muster::security::glob_match(first, second));
  if (const auto endpoint = muster::base::parse_endpoint(first))
    require(muster::base::parse_endpoint(endpoint->text()).has_value(),
            "an endpoint reads as written");
  for (const char c : muster::base::quoted(text))
    require(static_cast<unsigned char>(c) >= 0x20, "what is quoted holds no control character");
  return 0;
}
