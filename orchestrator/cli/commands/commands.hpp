// Every command: each adds itself to the command line.
#pragma once

#include "orchestrator/cli/program.hpp"
#include "proto/security/role.hpp"

namespace muster::cli {

void add_ping(Program& program);
void add_find(Program& program);
void add_facts(Program& program);
void add_inventory(Program& program);
void add_events(Program& program);
void add_rpc(Program& program);
void add_replies(Program& program);
void add_approve(Program& program);
void add_puppet(Program& program);
void add_filter(Program& program);
void add_policy(Program& program);
void add_shell(Program& program);
void add_job(Program& program);
void add_node(Program& program);
void add_provision(Program& program);
void add_notifications(Program& program);
void add_workflow(Program& program);
void add_token(Program& program);
void add_trust(Program& program);
void add_master(Program& program);
void add_init(Program& program);
void add_operator(Program& program);
void add_orchestrator(Program& program);
void add_issuer(Program& program);
void add_root(Program& program);
void add_join_password(Program& program);
void add_broker(Program& program);

// Below `provision`.
void add_provision_list(Program& program, Command parent);
void add_provision_show(Program& program, Command parent);
void add_provision_watch(Program& program, Command parent);
void add_provision_again(Program& program, Command parent);
void add_provision_stats(Program& program, Command parent);
void add_provision_history(Program& program, Command parent);
void add_provision_retry(Program& program, Command parent);
void add_provision_cancel(Program& program, Command parent);
void add_provision_decommission(Program& program, Command parent);
void add_provision_forget(Program& program, Command parent);
void add_provision_audit(Program& program, Command parent);
void add_provision_approve(Program& program, Command parent);

// Below `notifications`.
void add_notifications_list(Program& program, Command parent);
void add_notifications_retry(Program& program, Command parent);

// Below `workflow`.
void add_workflow_list(Program& program, Command parent);
void add_workflow_check(Program& program, Command parent);
void add_workflow_show(Program& program, Command parent);
void add_workflow_graph(Program& program, Command parent);
void add_workflow_dry_run(Program& program, Command parent);

// Below `operator`, `orchestrator` and `issuer`: of a certificate with that role.
void add_revoke(Program& program, Command parent, security::Role role);

// Below `trust`.
void add_trust_publish(Program& program, Command parent);
void add_trust_revoked(Program& program, Command parent);
void add_trust_remove(Program& program, Command parent);
void add_trust_show(Program& program, Command parent);
void add_trust_renew(Program& program, Command parent);

// Below `master`.
void add_master_list(Program& program, Command parent);
void add_master_retire(Program& program, Command parent);

// Below `broker`.
void add_broker_watch(Program& program, Command parent);
void add_broker_check(Program& program, Command parent);

// Below `token`.
void add_token_create(Program& program, Command parent);
void add_token_list(Program& program, Command parent);
void add_token_show(Program& program, Command parent);
void add_token_revoke(Program& program, Command parent);

// Below `policy`.
void add_policy_check(Program& program, Command parent);
void add_policy_test(Program& program, Command parent);

}  // namespace muster::cli
