// Looks at the node, one look at a time: who asks while one is under way may have something newer in mind, and gets another.
#pragma once

#include <functional>
#include <utility>

#include "node-agent/core/host.hpp"

namespace muster::agent {

// On the loop's thread.
class Looks {
 public:
  // `begins` is called right before each look: what is so then is in its view.
  Looks(Host& host, std::function<void()> begins) : host_(host), begins_(std::move(begins)) {}

  void ask() {
    if (under_way_)
      again_ = true;
    else
      look();
  }
  // What is under way is of an earlier link: its view is not to be used, and another is needed.
  void forget() { stale_ = again_ = under_way_; }
  // The host's view has come. Whether it is to be used; after that, or else, next().
  bool came() {
    under_way_ = false;
    return !std::exchange(stale_, false);
  }
  // Looks again if somebody has asked meanwhile. Not before the view is used: what the next one covers is not in it.
  void next() {
    if (again_ && !under_way_) look();
  }

 private:
  void look() {
    under_way_ = true;
    again_ = false;
    begins_();
    host_.look();
  }

  Host& host_;
  const std::function<void()> begins_;
  bool under_way_ = false;
  bool again_ = false;
  bool stale_ = false;
};

}  // namespace muster::agent
