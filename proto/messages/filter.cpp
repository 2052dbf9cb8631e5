#include "proto/messages/wire.hpp"

namespace muster::messages {

void to_wire(const filter::Text& text, v1::Filter& out) {
  to_wire(text.facts, *out.mutable_facts());
  to_wire(text.classes, *out.mutable_classes());
  to_wire(text.agents, *out.mutable_agents());
  to_wire(text.identities, *out.mutable_identities());
  to_wire(text.compounds, *out.mutable_compounds());
}

filter::Text from_wire(const v1::Filter& in) {
  return filter::Text{{in.facts().begin(), in.facts().end()},
                      {in.classes().begin(), in.classes().end()},
                      {in.agents().begin(), in.agents().end()},
                      {in.identities().begin(), in.identities().end()},
                      {in.compounds().begin(), in.compounds().end()}};
}

}  // namespace muster::messages
