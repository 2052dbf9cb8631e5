#include "orchestrator/provision/run/run_state.hpp"

namespace muster::provision {

RunState::RunState(const workflow::Workflow& of, World& in, std::string orchestrator,
                   RunInput input, RunRecord::Handler on_record)
    : workflow(of),
      world(in),
      node(std::move(input)),
      record(of, in, std::move(orchestrator), node, std::move(on_record)),
      line(in, record, node.join),
      lease(of, in, node, record, line),
      place(in) {
  variables["identity"] = node.identity;
  const auto& allowed = node.grant.extensions;
  variables["extensions"] = allowed.empty() ? Value::object() : Value(allowed);
  variables["alternative_names"] = node.grant.alternative_names;
}

Status RunState::use_master(const std::string& identity) {
  MUSTER_ASSIGN(const auto master, place.take(identity));
  record->master = identity;
  record->ca_fingerprint = master.ca_fingerprint;
  variables["master"] = master.identity;
  variables["master_address"] = master.address;
  variables["master_ca"] = master.ca_pem;
  return {};
}

}  // namespace muster::provision
