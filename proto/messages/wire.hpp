// What the messages of this folder share; only they include it, and so the generated protobuf.
#pragma once

#include <string>
#include <vector>

#include "proto/envelope/envelope.hpp"
#include "proto/filter/text.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::messages {

// A repeated field of text or bytes, emptied.
template <class Repeated>
std::vector<std::string> names_from(Repeated& wire) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(wire.size()));
  for (auto& name : wire) names.push_back(std::move(name));
  return names;
}
template <class Repeated>
void to_wire(const std::vector<std::string>& names, Repeated& out) {
  out.Assign(names.begin(), names.end());
}

void to_wire(const filter::Text& text, v1::Filter& out);
filter::Text from_wire(const v1::Filter& in);

}  // namespace muster::messages
