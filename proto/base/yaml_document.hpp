// What strict_yaml and yaml_value share; not for others: everyone else uses strict_yaml.hpp, which
// keeps yaml-cpp out of their build.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::base {

// "name:line" of a node; lines count from 1.
std::string yaml_where(std::string_view name, const YAML::Node& node);

// The single document of a text. An empty one gives a null node. Errors: Errc::invalid_data,
// "name:line: …".
Result<YAML::Node> yaml_load(std::string_view text, std::string_view name);

// Limits: kYamlMaxDepth and kYamlMaxValues, aliases counted as often as they are used.
Result<Value> yaml_node_to_value(const YAML::Node& node, std::string_view name);

}  // namespace muster::base
