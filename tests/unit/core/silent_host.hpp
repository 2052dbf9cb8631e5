// A host that writes down what is asked of it and answers nothing: each event comes from the test.
#pragma once

#include <string>
#include <vector>

#include "tests/support/node_host/fake_host.hpp"

namespace muster::agent {

class SilentHost final : public fakes::FakeHost {
 public:
  struct Asked {
    Ticket ticket = 0;
    Feed feed = Feed::lists;
    std::vector<std::string> filters;
  };

  explicit SilentHost(fakes::VirtualLoop& loop) : FakeHost(loop) {
    looks_at_once = false;
    linked = true;
  }
  void subscribe(Ticket ticket, Feed feed, std::vector<std::string> filters) override {
    asked.push_back({ticket, feed, std::move(filters)});
  }
  void unsubscribe(std::vector<std::string> filters) override {
    left.insert(left.end(), filters.begin(), filters.end());
  }
  void verify_lists() override { ++verifications; }

  std::vector<Asked> asked;       // subscriptions, in their order
  std::vector<std::string> left;  // filters
  int verifications = 0;          // of revocation lists
};

}  // namespace muster::agent
