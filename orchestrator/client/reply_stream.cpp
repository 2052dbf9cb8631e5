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
      on_unverified_(std::move(on_unverified)),
      intake_(Intake::make("replies", kReplyQueue, link.verifiers())) {}

ReplyStream::~ReplyStream() {
  heard_.end();
  intake_->stop();
}

Result<std::unique_ptr<ReplyStream>> ReplyStream::open(Link& link, const std::string& session,
                                                       Handler on_reply, Complaint on_unverified) {
  std::unique_ptr<ReplyStream> stream(
      new ReplyStream(link, session, std::move(on_reply), std::move(on_unverified)));
  const auto hear = [raw = stream.get(), intake = stream->intake_](transport::Message message) {
    if (message.retained) return;  // no reply is
    const std::string sender(topics::writer(message.topic));
    const auto bytes = message.payload.size();
    intake->post(
        sender, [raw, message = std::move(message)] { return raw->verify(message); }, bytes);
  };
  MUSTER_ASSIGN(stream->heard_,
                link.bus().subscribe(stream->topics_, transport::Qos::at_least_once, hear));
  return stream;
}

Intake::TakeIn ReplyStream::verify(const transport::Message& message) const {
  auto answer = read_reply(link_, message.topic, message.payload);
  if (!answer)
    return
        [this, why = "a reply did not verify: " + answer.error().message] { on_unverified_(why); };
  return [this, reply = StreamedReply{std::move(answer->request_id), std::move(answer->agent),
                                      std::move(answer->action), std::move(answer->result)}] {
    on_reply_(reply);
  };
}

}  // namespace muster::client
