// Announcements of one machine, web-1, at the desk.
#pragma once

#include <functional>
#include <string>

#include "tests/unit/provision_engine/announcing.hpp"
#include "tests/unit/provision_engine/desk_lab.hpp"

namespace muster::provision {

class JoinDeskTest : public DeskLab {
 protected:
  JoinDeskTest() { lab_.trust_nodes(); }
  // The CA of puppet-1 says this of every name.
  void ca_says(const std::string& state) {
    world_.on("puppetca#status", [state](const Value&) {
      return Value{{"state", state}, {"fingerprint", "AB:CD"}};
    });
  }
  std::size_t asked() const { return world_.count("puppet-1 puppetca#status"); }
  security::TokenFile token(const std::function<void(security::JoinClaims&)>& change = {}) const {
    return lab_.pki().join_token(8884, 8883, world_.loop.clock().unix_ms(), change);
  }
  void announce(const security::TokenFile& file, const x509::Key& join_key) {
    hear(announcement_of(file, join_key));
    advance();
  }
  void revoke(const std::string& token_id) {
    auto revoking = ledger_.revoke(token_id, "alice", "");
    revoking.start([] {});
    advance();
  }
  void approve(const x509::Key& key) {
    auto& record = collective_.records["web-1"];
    record = client::Record{};
    record.approval = messages::NameApproval{key.fingerprint(), "alice", 1,
                                             world_.loop.clock().unix_ms() + 60'000};
  }
  void judge_again() {
    desk_.judge_again("web-1");
    advance();
  }

  const x509::Key key_ = x509::Key::generate_p256().value();
};

}  // namespace muster::provision
