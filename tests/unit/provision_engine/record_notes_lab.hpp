// Notes of one orchestrator or of several, beside records that the test writes.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "orchestrator/provision/record_notes.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/provision_engine/fake_collective.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {

class RecordNotesTest : public testing::Test {
 protected:
  client::Record& record(const std::string& identity, const std::string& state) {
    auto& record = collective_.records[identity];
    record.identity = identity;
    record.state = state;
    record.updated_at_ms = clock_.unix_ms();
    return record;
  }
  static admission::Applicant applicant(const std::string& identity, const std::string& key) {
    admission::Applicant applicant;
    applicant.identity = identity;
    applicant.key_fingerprint = key;
    return applicant;
  }

  void asks(const std::string& identity, const std::string& key) {
    notes_.asks_for_name(applicant(identity, key), "held");
    loop_.advance(kTurnsTake);
  }
  void shows_itself(const std::string& identity) {
    notes_.member_changed(identity);
    loop_.advance(kTurnsTake);
  }
  // As it looks around, and its turn comes.
  void look(std::chrono::milliseconds after = std::chrono::milliseconds(0)) {
    loop_.advance(after);
    notes_.tell_untold();
    loop_.advance(kTurnsTake);
  }
  // Of the orchestrator of that name. What it tells stands in the record, as in the real one.
  RecordNotes::Parts parts(const std::string& as) {
    return {collective_,
            waits_,
            rules_,
            as,
            [this](client::Record record) {
              if (outbox_takes_it_) mark(record);
              told_.push_back(std::move(record));
            },
            [this](const std::string& identity) {
              const auto at = here_.find(identity);
              return at == here_.end() ? std::nullopt : std::optional(at->second);
            }};
  }
  std::string state_of(const std::string& identity) { return collective_.records[identity].state; }
  void mark(const client::Record& told) {
    auto known = collective_.record(told.identity);
    if (known && mark_told(*known, told)) collective_.publish(*known);
  }

  fakes::VirtualLoop loop_;
  const base::Clock& clock_ = loop_.clock();
  loop::Waits waits_{loop_};
  const workflow::Rules rules_{shipped_workflow()};
  FakeCollective collective_;
  std::vector<client::Record> told_;
  std::map<std::string, MachineHere> here_;  // who runs, or asks to join, here
  bool outbox_takes_it_ = true;
  RecordNotes notes_{parts("orch1")};
};

}  // namespace muster::provision
