// What filters read: the node's facts, and those that its agents add to presence.
#pragma once

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "proto/base/value.hpp"

namespace muster::agent {

// A filter must say the same here as it says of our presence. Thread-safe; what was put together last is kept, for
// both change seldom.
class ShownFacts {
 public:
  // `facts` with `more`, a map, laid over them.
  std::shared_ptr<const Value> of(std::shared_ptr<const Value> facts, const Value& more);

 private:
  std::mutex mutex_;
  std::shared_ptr<const Value> facts_;  // of which together_ was made
  Value more_ = Value::object();
  std::shared_ptr<const Value> together_;
};

}  // namespace muster::agent
