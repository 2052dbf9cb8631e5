// The checks, in the order in which they are made. Each says itself what it could not try. Internal to this library.
#pragma once

#include "orchestrator/broker_check/check.hpp"
#include "orchestrator/broker_check/findings.hpp"
#include "orchestrator/broker_check/probe.hpp"

namespace muster::broker_check {

// Those whose credentials are here and who got in; the others are null.
struct Clients {
  Probe* operator_ = nullptr;
  Probe* orchestrator = nullptr;
  Probe* watcher = nullptr;
  Probe* node = nullptr;
};

// Who comes without a certificate, with a wrong password, or to another's listener.
void check_strangers(const Plan& plan, Findings& findings);
// What an operator reads and writes.
void check_operator(const Plan& plan, const Clients& clients, Findings& findings);
// Size, order, dotted topics, last will and takeover.
void check_carriage(const Plan& plan, const Clients& clients, Findings& findings);
// Retained messages: many of them, and those that expire.
void check_retained(const Plan& plan, const Clients& clients, Findings& findings);
void check_orchestrator(const Plan& plan, const Clients& clients, Findings& findings);
void check_node(const Plan& plan, const Clients& clients, Findings& findings);
void check_joining(const Plan& plan, const Clients& clients, Findings& findings);
void check_revoked(const Plan& plan, Findings& findings);

// muster/v1/<collective>/<rest>
std::string topic_of(const Plan& plan, const std::string& rest);
// Below the operator's own replies, which it may write, too.
std::string own_topic(const Plan& plan, const Party& party, const std::string& rest);

}  // namespace muster::broker_check
