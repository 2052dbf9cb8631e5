#include "proto/transport/mqtt/connection.hpp"

#include <atomic>
#include <optional>
#include <utility>

#include "proto/transport/mqtt/answers.hpp"
#include "proto/transport/mqtt/connect_options.hpp"
#include "proto/transport/mqtt/explain.hpp"
#include "proto/transport/mqtt/paho_waits.hpp"

namespace muster::transport::mqtt {
namespace {

using Clock = std::chrono::steady_clock;

// Paho hands the user context of a publication back as a pointer: it carries the message's number.
void* as_context(std::uint64_t number) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(number));
}
std::uint64_t number_of(const ::mqtt::token& token) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(token.get_user_context()));
}

class PahoConnection final : public Connection, private ::mqtt::iaction_listener {
 public:
  PahoConnection(const Options& options, const std::string& broker, Version version,
                 ConnectionEvents& events)
      : events_(events),
        client_(std::make_unique<::mqtt::async_client>(broker_uri(options, broker),
                                                       options.client_id, create_options(version))),
        version_(version) {
    client_->set_message_callback(
        [this](const ::mqtt::const_message_ptr& message) { take(*message); });
    client_->set_connection_lost_handler([this](const std::string&) {
      closed(LinkState::lost, "the link to the broker broke", false);
    });
    client_->set_disconnected_handler([this](const ::mqtt::properties&, ::mqtt::ReasonCode reason) {
      const bool taken = reason == ::mqtt::ReasonCode::SESSION_TAKEN_OVER;
      closed(taken ? LinkState::taken_over : LinkState::lost, explain_close(reason), true);
    });
  }

  ~PahoConnection() override {
    phase_ = Phase::gone;
    const PahoHurry hurry;
    client_.reset();
  }

  std::optional<Refusal> connect(const Options& options, const std::string& broker, bool clean) {
    try {
      const PahoHurry hurry;
      const auto token = client_->connect(connect_options(options, version_, clean));
      if (token->wait_for(options.connect_timeout)) return adopt(broker);
    } catch (const ::mqtt::exception& failure) {
      return explain(options, broker, failure, failure.get_message());
    }
    return Refusal{{Errc::unavailable, "broker " + broker + " did not answer within " +
                                           std::to_string(options.connect_timeout.count()) +
                                           " ms; it hangs or is overloaded"}};
  }

  Status publish(const Outgoing& out) override {
    try {
      auto message =
          ::mqtt::message::create(::mqtt::string_ref(out.topic), ::mqtt::binary_ref(out.payload),
                                  static_cast<int>(out.options.qos), out.options.retain);
      if (out.options.expiry_s > 0 && version_ != Version::v311) {
        ::mqtt::properties properties;
        properties.add({::mqtt::property::MESSAGE_EXPIRY_INTERVAL,
                        static_cast<std::int32_t>(out.options.expiry_s)});
        message->set_properties(std::move(properties));
      }
      client_->publish(std::move(message), as_context(out.number), *this);
    } catch (const ::mqtt::exception& failure) {
      const bool full = failure.get_return_code() == MQTTASYNC_MAX_BUFFERED_MESSAGES ||
                        failure.get_return_code() == MQTTASYNC_NO_MORE_MSGIDS;
      return fail(full ? Errc::limit : Errc::unavailable,
                  "cannot send to '" + *out.topic + "': " + failure.get_message());
    }
    return {};
  }

  std::vector<Status> subscribe(const std::vector<Filter>& filters) override {
    const auto deadline = Clock::now() + kAnswerTimeout;
    std::vector<std::shared_ptr<Answer>> asked;
    std::vector<Status> results(filters.size());
    for (std::size_t i = 0; i < filters.size(); ++i) {
      const auto& [filter, qos] = filters[i];
      asked.push_back(answers_.ask("subscribe to '" + filter + "'"));
      results[i] = attempt([&, qos = qos] {
        client_->subscribe(filter, static_cast<int>(qos), nullptr, *asked.back());
      });
    }
    for (std::size_t i = 0; i < filters.size(); ++i) {
      if (results[i]) results[i] = answers_.wait(asked[i], deadline);
    }
    return results;
  }

  Status unsubscribe(const std::string& filter) override {
    const auto asked = answers_.ask("unsubscribe from '" + filter + "'");
    MUSTER_TRY(attempt([&] { client_->unsubscribe(filter, nullptr, *asked); }));
    return answers_.wait(asked, Clock::now() + kAnswerTimeout);
  }

  void leave() override {
    phase_ = Phase::gone;
    answers_.close();
    ::mqtt::disconnect_options options;
    if (version_ != Version::v311) {
      ::mqtt::properties properties;
      properties.add({::mqtt::property::SESSION_EXPIRY_INTERVAL, 0});
      options.set_properties(std::move(properties));
    }
    // Nobody to tell if it fails: the link is gone then, which is what we wanted.
    static_cast<void>(attempt([&] { client_->disconnect(options)->wait_for(kLeaveTimeout); }));
  }

 private:
  enum class Phase { opening, open, gone };

  // The link may have broken between the broker's answer and now; then nobody was told.
  std::optional<Refusal> adopt(const std::string& broker) {
    auto expected = Phase::opening;
    if (phase_.compare_exchange_strong(expected, Phase::open)) return std::nullopt;
    return Refusal{
        {Errc::unavailable, "broker " + broker + " hung up right after it had let us in"}};
  }

  template <class Call>
  static Status attempt(Call call) {
    try {
      call();
    } catch (const ::mqtt::exception& failure) {
      return fail(Errc::unavailable, "the link to the broker broke: " + failure.get_message());
    }
    return {};
  }

  void take(const ::mqtt::message& message) {
    if (phase_ != Phase::gone)
      events_.on_message({message.get_topic(), message.get_payload_str(), message.is_retained()});
  }

  void closed(LinkState state, const std::string& why, bool said) {
    answers_.close();
    if (phase_.exchange(Phase::gone) == Phase::open) events_.on_closed(state, why, said);
  }

  void on_success(const ::mqtt::token& token) override {
    const int reason = token.get_reason_code();
    events_.on_published(number_of(token),
                         is_refusal(reason) ? ::mqtt::exception::reason_code_str(reason) : "",
                         reason == ::mqtt::ReasonCode::NO_MATCHING_SUBSCRIBERS);
  }

  void on_failure(const ::mqtt::token& token) override {
    // Without the broker's verdict the message is only late: the send queue keeps it for the next
    // connection.
    const int reason = token.get_reason_code();
    if (is_refusal(reason))
      events_.on_published(number_of(token), ::mqtt::exception::reason_code_str(reason), false);
  }

  ConnectionEvents& events_;
  Answers answers_;
  std::atomic<Phase> phase_{Phase::opening};
  std::unique_ptr<::mqtt::async_client> client_;  // destroyed first: it still calls back until then
  const Version version_;
};

}  // namespace

tl::expected<std::shared_ptr<Connection>, Refusal> Connection::open(const Options& options,
                                                                    const std::string& broker,
                                                                    Version version, bool clean,
                                                                    ConnectionEvents& events) {
  try {
    auto connection = std::make_shared<PahoConnection>(options, broker, version, events);
    if (auto refusal = connection->connect(options, broker, clean))
      return tl::unexpected(*std::move(refusal));
    return connection;
  } catch (const ::mqtt::exception& failure) {
    return tl::unexpected(
        Refusal{{Errc::config, "broker " + broker + ": " + failure.get_message()}});
  }
}

}  // namespace muster::transport::mqtt
