#include <fmt/format.h>

#include <set>

#include "proto/base/json_problem.hpp"
#include "proto/base/names.hpp"
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

bool opens(Value::parse_event_t event) {
  return event == Value::parse_event_t::object_start || event == Value::parse_event_t::array_start;
}

}  // namespace

Result<Value> read_document(std::string_view json, std::string_view file) {
  if (json.size() > kDocumentMaxBytes)
    return fail(Errc::limit, fmt::format("{}: {} bytes; the limit of a DDL is {}", file,
                                         json.size(), kDocumentMaxBytes));
  DuplicateKeys keys;
  bool too_deep = false;
  try {
    auto document = Value::parse(json, [&](int depth, Value::parse_event_t event, Value& parsed) {
      too_deep = too_deep || (opens(event) && depth >= kDocumentMaxDepth);
      if (!too_deep) keys.see(depth, event, parsed);
      return !too_deep;
    });
    if (too_deep)
      return fail(Errc::limit,
                  fmt::format("{}: nested deeper than the limit of {}", file, kDocumentMaxDepth));
    if (!keys.first().empty())
      return fail(Errc::invalid_data, fmt::format("{}: key {} stands twice in one object", file,
                                                  base::quoted(keys.first())));
    return document;
  } catch (const Value::exception& error) {
    return fail(Errc::invalid_data,
                fmt::format("{}: not JSON: {}", file, base::json_problem(error.what())));
  }
}

}  // namespace muster::ddl
