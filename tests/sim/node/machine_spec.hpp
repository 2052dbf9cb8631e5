// A machine before it is switched on.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "proto/base/value.hpp"

namespace muster::sim {

class PuppetCa;

struct MachineSpec {
  std::string name;
  std::string address;
  Value facts = Value::object();
  PuppetCa* ca = nullptr;  // of a Puppet master: the one that it serves
};

}  // namespace muster::sim
