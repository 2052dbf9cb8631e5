#include <fmt/format.h>

#include <re2/re2.h>

#include <set>

#include "proto/base/names.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/ddl/parsers.hpp"

namespace muster::ddl {
namespace {

// nlohmann's parser lets the last of two equal keys win; here they are a mistake to be told.
class DuplicateKeys {
 public:
  void see(int depth, Value::parse_event_t event, const Value& parsed) {
    if (event == Value::parse_event_t::object_start)
      open_.resize(static_cast<std::size_t>(depth) + 1);
    if (event == Value::parse_event_t::object_start) open_.back().clear();
    if (event != Value::parse_event_t::key) return;
    const auto level = static_cast<std::size_t>(depth) - 1;
    const auto& key = parsed.get_ref<const std::string&>();
    if (!open_[level].insert(key).second && first_.empty()) first_ = key;
  }
  const std::string& first() const { return first_; }

 private:
  std::vector<std::set<std::string>> open_;
  std::string first_;
};

Result<Value> parse_json(std::string_view json, std::string_view file) {
  if (json.size() > kDocumentMaxBytes)
    return fail(Errc::limit, fmt::format("{}: {} bytes; the limit of a DDL is {}", file,
                                         json.size(), kDocumentMaxBytes));
  DuplicateKeys keys;
  try {
    auto document = Value::parse(json, [&](int depth, Value::parse_event_t event, Value& parsed) {
      keys.see(depth, event, parsed);
      return true;
    });
    if (!keys.first().empty())
      return fail(Errc::invalid_data, fmt::format("{}: key {} stands twice in one object", file,
                                                  base::quoted(keys.first())));
    return document;
  } catch (const Value::exception& error) {
    return fail(Errc::invalid_data, fmt::format("{}: not JSON: {}", file, error.what()));
  }
}

Status read_metadata(const JsonCursor& at, Agent& agent) {
  MUSTER_TRY(at.only_keys({"name", "description", "author", "license", "version", "url", "timeout",
                           "provider", "service"}));
  MUSTER_ASSIGN(agent.name, at.text("name"));
  if (auto word = base::check_word("agent name", agent.name); !word)
    return at.error(word.error().message);
  MUSTER_ASSIGN(agent.description, at.text("description"));
  MUSTER_ASSIGN(agent.author, at.text("author"));
  MUSTER_ASSIGN(agent.license, at.text("license"));
  MUSTER_ASSIGN(agent.version, at.text("version"));
  static const RE2 kVersion(R"((\d+\.)?(\d+\.)?(\*|\d+))");  // the schema's own pattern
  if (!RE2::FullMatch(agent.version, kVersion))
    return at.error(fmt::format("version {} is not like 1.2.3", base::quoted(agent.version)));
  MUSTER_ASSIGN(agent.url, at.text("url"));
  constexpr std::int64_t kLeastTimeoutSeconds = 2;  // the schema's
  MUSTER_ASSIGN(const auto seconds, at.integer("timeout", kLeastTimeoutSeconds));
  agent.timeout = std::chrono::seconds(seconds);
  if (at.has("provider")) MUSTER_TRY(at.text("provider"));
  if (at.has("service")) MUSTER_TRY(at.boolean("service"));
  return {};
}

}  // namespace

Result<Agent> parse(std::string_view json, std::string_view file) {
  MUSTER_ASSIGN(const Value document, parse_json(json, file));
  const JsonCursor top(document, file, "");
  MUSTER_TRY(top.only_keys({"$schema", "metadata", "actions"}));
  if (top.has("$schema")) MUSTER_TRY(top.text("$schema"));
  Agent agent;
  MUSTER_ASSIGN(const auto metadata, top.map("metadata"));
  MUSTER_TRY(read_metadata(metadata, agent));
  MUSTER_ASSIGN(const auto actions, top.list("actions"));
  for (const auto& at : actions) {
    MUSTER_ASSIGN(auto action, parse_action(at));
    if (agent.find(action.name))
      return at.error(fmt::format("action '{}' stands twice", action.name));
    agent.actions.push_back(std::move(action));
  }
  return agent;
}

}  // namespace muster::ddl
