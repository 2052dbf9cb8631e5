#include "proto/base/json_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "proto/base/json_problem.hpp"
#include "proto/base/names.hpp"

namespace muster::base {
namespace {

using Event = Value::parse_event_t;

// Looks on while the library parses.
class Watcher {
 public:
  explicit Watcher(const JsonLimits& limits) : limits_(limits) {}

  // Whether the parser shall keep what it has just read.
  bool see(std::size_t depth, Event event, const Value& parsed) {
    const bool opens = event == Event::object_start || event == Event::array_start;
    too_deep_ = too_deep_ || (opens && depth >= limits_.depth);
    ++values_;
    if (too_deep_ || too_many()) return false;
    if (event == Event::object_start) {
      keys_.resize(depth + 1);
      keys_.back().clear();
    }
    if (event == Event::key) see_key(keys_[depth - 1], parsed.get_ref<const std::string&>());
    return true;
  }
  bool too_deep() const { return too_deep_; }
  bool too_many() const { return values_ > limits_.values; }
  const std::string* twice() const { return has_twice_ ? &twice_ : nullptr; }

 private:
  void see_key(std::set<std::string>& seen, const std::string& key) {
    if (seen.insert(key).second || has_twice_) return;
    has_twice_ = true;
    twice_ = key;
  }

  const JsonLimits& limits_;
  std::vector<std::set<std::string>> keys_;  // of each object that is open
  std::size_t values_ = 0;
  bool too_deep_ = false;
  bool has_twice_ = false;
  std::string twice_;
};

}  // namespace

Result<Value> read_json(std::string_view text, std::string_view name, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return fail(Errc::limit,
                fmt::format("{}: {} bytes; the limit is {}", name, text.size(), limits.bytes));
  Watcher watcher(limits);
  try {
    auto document = Value::parse(text, [&watcher](int depth, Event event, Value& parsed) {
      return watcher.see(static_cast<std::size_t>(depth), event, parsed);
    });
    if (watcher.too_deep())
      return fail(Errc::limit,
                  fmt::format("{}: nested deeper than the limit of {}", name, limits.depth));
    if (watcher.too_many())
      return fail(Errc::limit,
                  fmt::format("{}: more than the limit of {} values", name, limits.values));
    if (const auto* key = watcher.twice(); key != nullptr && !limits.last_of_equal_keys)
      return fail(Errc::invalid_data,
                  fmt::format("{}: key {} stands twice in one object", name, quoted(*key)));
    return document;
  } catch (const Value::exception& told) {
    return fail(json_error(text, name, told));
  }
}

Error json_error(std::string_view text, std::string_view name, const Value::exception& told) {
  auto problem = json_problem(told.what());
  const auto* parsing = dynamic_cast<const Value::parse_error*>(&told);
  if (parsing == nullptr)  // a number that is too large, for one
    return {Errc::invalid_data, fmt::format("{}: not JSON: {}", name, problem)};
  // It begins "parse error at line 3, column 7: ".
  const auto place = problem.find(": ");
  if (place != std::string_view::npos) problem.remove_prefix(place + 2);
  return {Errc::invalid_data,
          fmt::format("{}:{}: not JSON: {}", name, line_of_byte(text, parsing->byte), problem)};
}

}  // namespace muster::base
