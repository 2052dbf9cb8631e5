#include "proto/filter/text.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::filter {

void to_wire(const Text& text, v1::Filter& out) {
  out.mutable_facts()->Assign(text.facts.begin(), text.facts.end());
  out.mutable_classes()->Assign(text.classes.begin(), text.classes.end());
  out.mutable_agents()->Assign(text.agents.begin(), text.agents.end());
  out.mutable_identities()->Assign(text.identities.begin(), text.identities.end());
  out.mutable_compounds()->Assign(text.compounds.begin(), text.compounds.end());
}

Text from_wire(const v1::Filter& in) {
  return Text{{in.facts().begin(), in.facts().end()},
              {in.classes().begin(), in.classes().end()},
              {in.agents().begin(), in.agents().end()},
              {in.identities().begin(), in.identities().end()},
              {in.compounds().begin(), in.compounds().end()}};
}

bool chooses_nodes(const v1::Filter& filter) {
  return filter.facts_size() > 0 || filter.classes_size() > 0 || filter.identities_size() > 0 ||
         filter.compounds_size() > 0;
}

}  // namespace muster::filter
