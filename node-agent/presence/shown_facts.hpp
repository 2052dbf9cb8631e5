// What filters read: the node's facts, and those that its agents add to presence.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "proto/base/guarded.hpp"
#include "proto/base/value.hpp"

namespace muster::agent {

// A filter must say the same here as it says of our presence. Thread-safe; what was put together last is kept, for
// both change seldom.
class ShownFacts {
 public:
  // `facts` with `more`, a map, laid over them.
  std::shared_ptr<const Value> of(std::shared_ptr<const Value> facts, const Value& more);

 private:
  struct Made {
    std::shared_ptr<const Value> facts;  // of which `together` was made
    Value more = Value::object();
    std::shared_ptr<const Value> together;
  };
  base::Guarded<Made> last_;
};

}  // namespace muster::agent
