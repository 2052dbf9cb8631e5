#include "proto/transport/directory/remembered.hpp"

namespace muster::transport {

void Remembered::heard(const std::string& topic, bool empty, bool believed) {
  if (empty) {
    since_.erase(topic);
    return;
  }
  const auto known = since_.find(topic);
  if (known == since_.end()) {
    if (since_.size() < capacity_) since_.emplace(topic, link_);
  } else if (believed) {  // or what was believed of an earlier link would stay for it
    known->second = link_;
  }
}

std::vector<std::string> Remembered::take_gone() {
  std::vector<std::string> gone;
  for (auto each = since_.begin(); each != since_.end();) {
    if (each->second == link_) {
      ++each;
      continue;
    }
    gone.push_back(each->first);
    each = since_.erase(each);
  }
  return gone;
}

}  // namespace muster::transport
