#include "proto/filter/lookup.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "proto/filter/comparison.hpp"
#include "proto/filter/subject.hpp"

namespace muster::filter {
namespace {

// Neither stands in a name of a fact, class or agent.
constexpr std::string_view kBetween("\0", 1);
constexpr std::string_view kAnyMap("\0map", 4);

// FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): one that goes on from the key of a path, so that a long
// path to many values is read once.
class Hashing {
 public:
  explicit Hashing(std::string_view kind) { add(kind); }
  Hashing with(std::string_view text) const {
    auto more = *this;
    more.add(text);
    return more;
  }
  LookupKey key() const { return state_; }

 private:
  void add(std::string_view text) {
    constexpr std::uint64_t kPrime = 1'099'511'628'211U;
    for (const char c : text) state_ = (state_ ^ static_cast<unsigned char>(c)) * kPrime;
  }
  std::uint64_t state_ = 14'695'981'039'346'656'037U;
};

Hashing fact(std::string_view path) {
  return Hashing("f").with(path);
}

LookupKey with_value(const Hashing& path, std::string_view value) {
  return path.with(kBetween).with(value).key();
}

LookupKey agent_key(std::string_view name) {
  return Hashing("a").with(name).key();
}

LookupKey class_key(std::string_view name) {
  return Hashing("c").with(name).key();
}

bool is_number(std::string_view part) {
  return !part.empty() &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether a part of the path may be the number of an element.
bool counts(std::string_view path) {
  while (!path.empty()) {
    const auto dot = path.find('.');
    if (is_number(path.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    path.remove_prefix(dot + 1);
  }
  return false;
}

class Keys {
 public:
  explicit Keys(std::size_t keys_max) : keys_max_(keys_max) {}

  void add(LookupKey key) {
    if (!too_many()) keys_.push_back(key);
  }
  void add_fact(const Hashing& path, const Value& value) {
    if (too_many()) return;
    if (value.is_object()) {
      add(with_value(path, kAnyMap));
      for (const auto& [name, inner] : value.items()) add_fact(path.with(".").with(name), inner);
    } else if (value.is_array()) {
      for (const auto& element : value)
        if (!element.is_structured()) add(with_value(path, text_of(element)));
    } else {
      add(with_value(path, text_of(value)));
    }
  }
  std::optional<std::vector<LookupKey>> take() {
    if (too_many()) return std::nullopt;
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    keys_.shrink_to_fit();
    return std::move(keys_);
  }

 private:
  bool too_many() const { return keys_.size() > keys_max_; }

  const std::size_t keys_max_;
  std::vector<LookupKey> keys_;
};

}  // namespace

Lookup fact_lookup(std::string_view path, std::string_view value) {
  if (counts(path)) return {};
  return {with_value(fact(path), value), with_value(fact(path), kAnyMap)};
}

Lookup agent_lookup(std::string_view agent) {
  return {agent_key(agent)};
}

Lookup class_lookup(std::string_view name) {
  return {class_key(name)};
}

std::optional<std::vector<LookupKey>> lookup_keys(const Subject& subject, std::size_t keys_max) {
  Keys keys(keys_max);
  if (subject.agents != nullptr)
    for (const auto& agent : *subject.agents) keys.add(agent_key(agent));
  if (subject.classes != nullptr)
    for (const auto& name : *subject.classes) keys.add(class_key(name));
  if (subject.facts != nullptr && subject.facts->is_object())
    for (const auto& [name, value] : subject.facts->items()) keys.add_fact(fact(name), value);
  return keys.take();
}

}  // namespace muster::filter
