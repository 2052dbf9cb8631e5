// Replies to a session of one's own that is not the link's: calls that others of the same operator
// sent with Call::reply_session.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/intake.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

struct StreamedReply {
  std::string request_id;
  std::string agent;
  std::string action;
  NodeResult node;  // without `took`
};

// Verified as a Caller's replies are. Both handlers are called on a verifier of the link's, one at a
// time, until the destructor has returned; it must be destroyed before the link.
class ReplyStream {
 public:
  using Handler = std::function<void(const StreamedReply&)>;
  using Complaint = std::function<void(const std::string& why)>;  // a reply that did not verify

  static Result<std::unique_ptr<ReplyStream>> open(Link& link, const std::string& session,
                                                   Handler on_reply, Complaint on_unverified);
  ~ReplyStream();

 private:
  ReplyStream(Link& link, const std::string& session, Handler on_reply, Complaint on_unverified);
  Intake::TakeIn verify(const transport::Message& message) const;

  Link& link_;
  const std::string topics_;
  const Handler on_reply_;
  const Complaint on_unverified_;
  const std::shared_ptr<Intake> intake_;
  transport::Subscription heard_;
};

}  // namespace muster::client
