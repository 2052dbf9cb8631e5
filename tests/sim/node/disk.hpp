// What a machine keeps while its agent is down.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "plugins/agents/provision/progress.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"
#include "tests/sim/surroundings/power.hpp"

namespace muster::sim {

struct Disk {
  std::chrono::milliseconds slower_by{0};    // each action, as when writing takes long
  std::chrono::milliseconds uneven_most{0};  // some actions take as much longer at most, by chance
  bool full = false;                         // writing is an error
  Power power = Power::on;

  // Of the join zone.
  std::string client_id;
  std::optional<x509::Key> join_key;
  // Puppet's.
  std::optional<x509::Key> key;
  std::optional<x509::Certificate> certificate;
  std::string puppet_address;  // of the master that the machine was pointed at
  // Muster's.
  std::optional<plugins::provision::Progress> progress;
  bool joined = false;
  std::size_t given_up =
      0;  // how often it was to give its certificate up, and to be provisioned anew
};

}  // namespace muster::sim
