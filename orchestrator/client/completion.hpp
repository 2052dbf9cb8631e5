// Who waits until all that the broker keeps of some topics has been taken in.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/intake.hpp"
#include "proto/base/error.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/timer.hpp"

namespace muster::client {

class LinkCore;

// Made anywhere; everything else on the loop of the link's directory.
class Completion : public std::enable_shared_from_this<Completion> {
 public:
  // Well when it has. Errc::timeout when the broker did not tell all before the patience was over, or all came and was not taken
  // in by then; Errc::unavailable as soon as there is no link.
  using Told = std::function<void(const Status&)>;
  // What is waited for, for people.
  struct What {
    std::string name;  // "uses of join tokens"
    std::string topic_filter;
  };

  // Both outlive it.
  Completion(LinkCore& link, Intake& intake, What what);

  // Also what was sent before this is waited for. `told` is called once, in a turn of its own.
  void wait(std::chrono::milliseconds patience, Told told);

  // What the watch tells: all has come that is retained, and waits to be taken in.
  void complete();
  void lost();
  // Nobody is told anything any more. Before what it refers to goes.
  void end();

 private:
  using Id = std::uint64_t;
  enum class Phase {
    listing,    // the broker has not told all
    returning,  // it had, before; a message to ourselves is on the way
    taking_in
  };
  struct Waiting {
    Waiting(loop::Timers& timers, std::chrono::milliseconds its_patience, Told its_told)
        : patience(its_patience), told(std::move(its_told)), timer(timers) {}
    const std::chrono::milliseconds patience;
    Told told;
    loop::Timer timer;
    Phase phase = Phase::listing;
  };

  void send_mark(Id id);
  void take_in(Id id);
  void give_up(Id id);
  void tell(Id id, Status status);
  Error no_link() const;
  std::vector<Id> those_that(const std::function<bool(const Waiting&)>& are) const;
  // A function that has `step` done here later, if this is there then. It is for any thread.
  std::function<void()> posts(std::function<void(Completion&)> step);

  LinkCore& link_;
  Intake& intake_;
  const What what_;
  bool complete_ = false;  // on this link
  bool ended_ = false;
  Id last_ = 0;
  std::map<Id, Waiting> waiting_;
};

}  // namespace muster::client
