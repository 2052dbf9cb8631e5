// A ledger's orchestrator played in virtual time: a disk that takes as long as a test says, and a bus that may be cut.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/ledger_host.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

class FakeLedgerHost final : public LedgerHost {
 public:
  explicit FakeLedgerHost(loop::Waits& waits) : waits_(waits) {}

  loop::Task<Result<std::string>> seal(envelope::Kind, std::string body) override {
    co_return Result<std::string>(serial + " signs " + body);
  }
  loop::Task<Status> keep(LedgerRow row) override {
    loop::Wait written(waits_, loop::Wait::Stops::no);
    co_await written.until(disk_takes);
    if (!disk_full) disk[row.topic] = row.message;
    said.push_back("disk " + row.topic);
    co_return disk_full ? Status(fail(Errc::io, "the disk is full")) : Status{};
  }
  void forget(std::string topic) override { disk.erase(topic); }
  Status publish(const std::string& topic, std::string message) override {
    if (!linked) return fail(Errc::unavailable, "not connected");
    bus[topic] = std::move(message);
    said.push_back("bus " + topic);
    if (on_published) on_published(topic, bus[topic]);
    return {};
  }
  std::string session() const override { return session_id; }
  std::string own_serial() const override { return serial; }
  bool is_revoked(const std::string& which) const override { return revoked.contains(which); }
  std::uint64_t revocations() const override { return revoked.size(); }
  std::size_t dropped() const override { return unread; }

  std::string serial = "ours";
  std::string session_id = "our session";
  std::chrono::milliseconds disk_takes{5};
  bool disk_full = false;
  bool linked = true;
  std::size_t unread = 0;
  std::set<std::string> revoked;            // serials
  std::map<std::string, std::string> disk;  // by topic
  std::map<std::string, std::string> bus;   // the same
  std::vector<std::string> said;            // what was done, in order
  std::function<void(const std::string& topic, const std::string& message)> on_published;

 private:
  loop::Waits& waits_;
};

}  // namespace muster::provision
