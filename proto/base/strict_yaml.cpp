#include "proto/base/strict_yaml.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "proto/base/credentials.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/yaml_document.hpp"

namespace muster::base {
namespace {

constexpr std::size_t kProblemsShown = 10;

std::string_view kind_of(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return "a single value";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a map";
    default:
      return "nothing";
  }
}

// Who writes "interval_s: 5m" has overlooked that the key names the unit.
std::string_view unit_of(std::string_view key) {
  if (key.ends_with("_ms")) return " of milliseconds";
  if (key.ends_with("_s")) return " of seconds";
  return key.ends_with("_h") ? " of hours" : "";
}

bool is_quoted(const YAML::Node& node) {
  return node.Tag() == "!";
}

}  // namespace

// Shared by the maps of one file, so that the outermost finish() tells of all.
struct StrictMap::Document {
  std::string name;
  std::multimap<int, std::string> shown;  // by line: read order is not the reader's order
  std::size_t found = 0;                  // those that are not shown are counted

  bool shows(int line) const {
    return shown.size() < kProblemsShown || line < shown.rbegin()->first;
  }
  void add(int line, std::string problem) {
    ++found;
    if (!shows(line)) return;
    shown.emplace(line, std::move(problem));
    if (shown.size() > kProblemsShown) shown.erase(std::prev(shown.end()));
  }
  void add(const YAML::Node& at, const std::string& what) {
    add(at.Mark().line, fmt::format("{}: {}", yaml_where(name, at), what));
  }
};

struct StrictMap::Impl {
  struct Entry {
    std::string key;
    YAML::Node key_node;
    YAML::Node value;
  };

  std::shared_ptr<Document> document;
  YAML::Node node;
  std::vector<Entry> entries;
  std::map<std::string, std::size_t, std::less<>> first_of;  // in entries, by key
  mutable std::set<std::string, std::less<>> asked;

  // The entry of a key, which thereby becomes a known one.
  const Entry* find(std::string_view key) const {
    asked.emplace(key);
    const auto at = first_of.find(key);
    return at == first_of.end() ? nullptr : &entries[at->second];
  }

  void wrong(const Entry& entry, std::string_view wanted) {
    const auto found =
        entry.value.IsScalar() ? quoted(entry.value.Scalar()) : std::string(kind_of(entry.value));
    document->add(entry.value, fmt::format("'{}' must be {}, not {}", entry.key, wanted, found));
  }

  const Entry* scalar(std::string_view key, std::string_view wanted) {
    const auto* entry = find(key);
    if (entry == nullptr || entry->value.IsScalar()) return entry;
    wrong(*entry, wanted);
    return nullptr;
  }

  void read_entries() {
    for (const auto& item : node) {
      const YAML::Node& key = item.first;
      if (!key.IsScalar()) {
        document->add(key, "a key must be a word");
        continue;
      }
      const auto [first, is_new] = first_of.emplace(key.Scalar(), entries.size());
      if (!is_new)
        document->add(key, fmt::format("key '{}' stands here twice; first on line {}", first->first,
                                       entries[first->second].key_node.Mark().line + 1));
      entries.push_back({key.Scalar(), key, item.second});
    }
  }

  void report_unknown() {
    const std::vector<std::string> known(asked.begin(), asked.end());
    for (const auto& entry : entries) {
      if (asked.contains(entry.key)) continue;
      // The nearest key is dear to find, and a wrong file may have thousands that nobody knows.
      const bool told = document->shows(entry.key_node.Mark().line);
      document->add(entry.key_node, fmt::format("unknown key {}{}", quoted(entry.key),
                                                told ? hint_for(entry.key, known) : ""));
    }
  }

  void nested(const std::string& key, const YAML::Node& value,
              const std::function<void(StrictMap&)>& read) const {
    if (!value.IsMap() && !value.IsNull()) {
      document->add(value, fmt::format("'{}' must be a map, not {}", key, kind_of(value)));
      return;
    }
    StrictMap map(document, value);
    read(map);
    map.impl_->report_unknown();
  }
};

StrictMap::StrictMap(std::shared_ptr<Document> document, const YAML::Node& node)
    : impl_(std::make_unique<Impl>()) {
  impl_->document = std::move(document);
  impl_->node = node;
  if (node.IsMap()) impl_->read_entries();
}
StrictMap::~StrictMap() = default;
StrictMap::StrictMap(StrictMap&&) noexcept = default;
StrictMap& StrictMap::operator=(StrictMap&&) noexcept = default;

Result<StrictMap> StrictMap::from_file(const std::filesystem::path& path) {
  MUSTER_ASSIGN(const auto text, read_file(path));
  return from_text(text, path.string());
}

Result<StrictMap> StrictMap::from_text(std::string_view text, std::string name) {
  auto node = yaml_load(text, name);
  if (!node) return fail(Errc::config, std::move(node).error().message);
  if (!node->IsMap() && !node->IsNull())
    return fail(Errc::config, fmt::format("{}: must hold keys and values, not {}",
                                          yaml_where(name, *node), kind_of(*node)));
  auto document = std::make_shared<Document>();
  document->name = std::move(name);
  return StrictMap(std::move(document), *node);
}

void StrictMap::text(std::string_view key, std::string& out) {
  if (const auto* entry = impl_->scalar(key, "a text")) out = entry->value.Scalar();
}

void StrictMap::path(std::string_view key, std::filesystem::path& out) {
  const auto* entry = impl_->scalar(key, "a path");
  if (entry == nullptr) return;
  if (entry->value.Scalar().empty()) return impl_->wrong(*entry, "a path");
  auto path = path_or_credential(entry->value.Scalar());
  if (!path) return complain(key, fmt::format("'{}': {}", key, path.error().message));
  out = *std::move(path);
}

void StrictMap::boolean(std::string_view key, bool& out) {
  constexpr std::string_view wanted = "true or false";
  const auto* entry = impl_->scalar(key, wanted);
  if (entry == nullptr) return;
  const auto& text = entry->value.Scalar();
  if (is_quoted(entry->value) || (text != "true" && text != "false"))
    return impl_->wrong(*entry, wanted);
  out = text == "true";
}

void StrictMap::integer(std::string_view key, std::int64_t& out, std::int64_t least,
                        std::int64_t most) {
  const auto wanted = fmt::format("a whole number{} from {} to {}", unit_of(key), least, most);
  const auto* entry = impl_->scalar(key, wanted);
  if (entry == nullptr) return;
  const auto& text = entry->value.Scalar();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (is_quoted(entry->value) || error != std::errc() || end != text.data() + text.size() ||
      number < least || number > most)
    return impl_->wrong(*entry, wanted);
  out = number;
}

void StrictMap::texts(std::string_view key, std::vector<std::string>& out) {
  const auto* entry = impl_->find(key);
  if (entry == nullptr) return;
  std::vector<std::string> read;
  if (entry->value.IsScalar()) read.push_back(entry->value.Scalar());
  if (entry->value.IsMap()) return impl_->wrong(*entry, "a list of texts");
  if (entry->value.IsSequence())
    for (const auto& item : entry->value) {
      if (!item.IsScalar())
        return impl_->wrong({entry->key, entry->key_node, item}, "a list of texts");
      read.push_back(item.Scalar());
    }
  out = std::move(read);
}

void StrictMap::any(std::string_view key, Value& out) {
  const auto* entry = impl_->find(key);
  if (entry == nullptr) return;
  auto value = yaml_node_to_value(entry->value, impl_->document->name);
  if (value)
    out = std::move(*value);
  else
    impl_->document->add(entry->value.Mark().line, std::move(value).error().message);
}

bool StrictMap::has(std::string_view key) const {
  return impl_->find(key) != nullptr;
}

void StrictMap::map(std::string_view key, const std::function<void(StrictMap&)>& read) {
  if (const auto* entry = impl_->find(key)) impl_->nested(entry->key, entry->value, read);
}

void StrictMap::maps(std::string_view key, const std::function<void(StrictMap&)>& read) {
  const auto* entry = impl_->find(key);
  if (entry == nullptr || entry->value.IsNull()) return;
  if (!entry->value.IsSequence()) return impl_->wrong(*entry, "a list of maps");
  for (const auto& item : entry->value) impl_->nested(entry->key, item, read);
}

void StrictMap::each(const std::function<void(const std::string& key, StrictMap&)>& read) {
  for (const auto& entry : impl_->entries) {
    impl_->asked.insert(entry.key);
    impl_->nested(entry.key, entry.value, [&](StrictMap& map) { read(entry.key, map); });
  }
}

void StrictMap::complain(std::string_view key, std::string message) {
  const auto* entry = impl_->find(key);
  impl_->document->add(entry != nullptr ? entry->value : impl_->node, message);
}

std::string StrictMap::where() const {
  return yaml_where(impl_->document->name, impl_->node);
}

std::string StrictMap::where(std::string_view key) const {
  const auto* entry = impl_->find(key);
  return entry != nullptr ? yaml_where(impl_->document->name, entry->key_node) : where();
}

Status StrictMap::finish() {
  impl_->report_unknown();
  const auto& [name, shown, found] = *impl_->document;
  if (found == 0) return {};
  std::string message;
  for (const auto& [line, problem] : shown) message += (message.empty() ? "" : "\n") + problem;
  if (found > shown.size()) message += fmt::format("\n… and {} more", found - shown.size());
  return fail(Errc::config, std::move(message));
}

}  // namespace muster::base
