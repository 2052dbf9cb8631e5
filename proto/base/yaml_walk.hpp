// A YAML document as a Value, within the limits of strict_yaml.hpp: how deep, how many. What a scalar means and what a
// key may be differ: YAML's own rules (yaml_value.cpp), Ruby's (ruby_yaml.cpp). Internal to this library.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/base/yaml_document.hpp"

namespace muster::base {

// Of one document; `name` is said in errors ("name:line: …") and must outlive it.
class YamlWalk {
 public:
  explicit YamlWalk(std::string_view name) : name_(name) {}
  virtual ~YamlWalk() = default;
  Result<Value> convert(const YAML::Node& node) { return convert(node, 1); }

 protected:
  virtual Value scalar(const YAML::Node& node) const = 0;
  // The key as text, or why it may not stand in `map` beside those before it.
  virtual Result<std::string> key(const YAML::Node& node, const Value& map) const = 0;
  virtual void put(Value& map, const std::string& key, Value value) const;
  tl::unexpected<Error> problem(const YAML::Node& node, std::string_view what) const;

 private:
  Result<Value> convert(const YAML::Node& node, std::size_t depth);
  Result<Value> list(const YAML::Node& node, std::size_t depth);
  Result<Value> map(const YAML::Node& node, std::size_t depth);

  const std::string_view name_;
  std::size_t values_ = 0;
};

}  // namespace muster::base
