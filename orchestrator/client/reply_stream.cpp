#include "orchestrator/client/reply_stream.hpp"

#include "orchestrator/client/reply.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

namespace topics = transport::topics;

ReplyStream::ReplyStream(Link& link, const std::string& session, Handler on_reply,
                         Complaint on_unverified)
    : link_(link),
      topics_(topics::reply_prefix(link.collective(), link.caller(), session) + "/+"),
      on_reply_(std::move(on_reply)),
      on_unverified_(std::move(on_unverified)) {
  worker_ = std::make_shared<Worker<transport::Message>>(
      "replies", kReplyQueue, [this](const transport::Message& message) { take(message); });
}

ReplyStream::~ReplyStream() {
  heard_.end();
  worker_->stop();
}

Result<std::unique_ptr<ReplyStream>> ReplyStream::open(Link& link, const std::string& session,
                                                       Handler on_reply, Complaint on_unverified) {
  std::unique_ptr<ReplyStream> stream(
      new ReplyStream(link, session, std::move(on_reply), std::move(on_unverified)));
  MUSTER_ASSIGN(stream->heard_,
                link.bus().subscribe(stream->topics_, transport::Qos::at_least_once,
                                     [queue = stream->worker_](transport::Message message) {
                                       if (!message.retained)
                                         post_message(*queue, std::move(message));  // no reply is
                                     }));
  return stream;
}

void ReplyStream::take(const transport::Message& message) {
  auto answer = read_reply(link_, message.topic, message.payload);
  if (!answer) return on_unverified_("a reply did not verify: " + answer.error().message);
  on_reply_({std::move(answer->request_id), std::move(answer->agent), std::move(answer->action),
             std::move(answer->result)});
}

}  // namespace muster::client
