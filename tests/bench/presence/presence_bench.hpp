// An orchestrator's engine on a bus in memory, and a fleet that shows itself to it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/provision/live/engine.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::bench {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
};

// Every failure is an exception.
class PresenceBench {
 public:
  explicit PresenceBench(std::size_t members);

  // presence_again: processor time of all threads for a presence that says nothing new, while many come.
  // presence_alone: the same for one that comes while nothing else happens, with all that follows from it.
  // filter_fact: time for a filter on a fact that ten members have.
  std::vector<Figure> measure();

 private:
  std::string presence_of(std::size_t member, const std::string& session) const;
  void show(const std::string& identity, std::string sealed);
  void show_all();
  void start_engine();
  // The engine has worked on all that was shown before.
  void pass_marker();
  double again();
  double alone();
  double filtered();

  const std::size_t members_;
  client::ClientLab lab_;
  const fakes::TempFolder folder_;
  std::unique_ptr<transport::Bus> nodes_ = lab_.broker().connect("nodes");
  std::vector<test::Holder> holders_;
  std::unique_ptr<provision::Engine> engine_;
  std::int64_t sent_at_ms_ = 0;
  int markers_ = 0;
};

}  // namespace muster::bench
