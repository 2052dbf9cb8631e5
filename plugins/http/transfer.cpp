#include "plugins/http/transfer.hpp"

#include <fmt/format.h>

#include <array>

namespace muster::http {
namespace {

constexpr int kPollMostMs = 1'000;  // libcurl's own timers and sockets end a wait earlier

struct Advice {
  Errc code;
  std::string what_to_do;
};

Advice advice_for(CURLcode code, bool connected, const char* scheme) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Errc::unavailable, "the name must be in DNS or /etc/hosts"};
    case CURLE_COULDNT_CONNECT:
      return {Errc::unavailable, "is the server up, and the port open?"};
    case CURLE_OPERATION_TIMEDOUT:
      return {Errc::timeout, "the server is slow or a firewall drops packets"};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Errc::refused, "its certificate must come from the given CA and hold the host name"};
    case CURLE_SSL_CACERT_BADFILE:
      return {Errc::config, "the given CA is not PEM"};
    case CURLE_SSL_CERTPROBLEM:
      return {Errc::config, "check that certificate and key are readable and belong together"};
    case CURLE_WEIRD_SERVER_REPLY:
      return {Errc::invalid_data, "the server must speak HTTP/1.1"};
    case CURLE_UNSUPPORTED_PROTOCOL:
      // Said of a scheme before, and of an answer after the connection.
      if (connected) return {Errc::invalid_data, "the server must speak HTTP/1.1"};
      [[fallthrough]];
    case CURLE_URL_MALFORMAT:
      return {Errc::config, fmt::format("only {} URLs are allowed", scheme)};
    default:
      return {Errc::unavailable, "trying again may help"};
  }
}

// The server closed a connection that we kept, before it answered. Servers do so without a word;
// a request that may be repeated (RFC 9110, 9.2.2) is then sent once more.
bool worth_repeating(CURLcode code, const Request& request) {
  const bool broken =
      code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING;
  return broken && request.method != "POST";
}

struct Body {
  std::string bytes;
  std::size_t max_bytes;
  bool over = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<Body*>(into);
  const auto bytes = size * count;
  body.over = body.bytes.size() + bytes > body.max_bytes;
  if (body.over) return 0;  // ends the transfer
  body.bytes.append(data, bytes);
  return bytes;
}

}  // namespace

Transfer::~Transfer() {
  if (handle_ != nullptr) curl_->easy_cleanup(handle_);
  if (connections_ != nullptr) curl_->multi_cleanup(connections_);
}

Status Transfer::prepare() {
  MUSTER_ASSIGN(curl_, curl_library());
  if (handle_ == nullptr) handle_ = curl_->easy_init();
  if (connections_ == nullptr) connections_ = curl_->multi_init();
  if (handle_ == nullptr || connections_ == nullptr)
    return fail(Errc::limit, "libcurl has no memory left");
  curl_->easy_reset(handle_);
  option_error_ = CURLE_OK;
  return {};
}

void Transfer::set_request(const Request& request, const char* scheme) {
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, scheme);
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);  // other threads' signals are not libcurl's
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (request.body.empty() && request.method != "PUT" && request.method != "POST") return;
  set(CURLOPT_POSTFIELDS, request.body.c_str());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
}

// curl_easy_perform() would do, but nothing ends it before its time.
Result<CURLcode> Transfer::perform_once(const Request& request) {
  curl_->multi_add_handle(connections_, handle_);
  Result<CURLcode> outcome = CURLE_FAILED_INIT;
  for (int running = 1;;) {
    if (curl_->multi_perform(connections_, &running) != CURLM_OK) break;
    if (running == 0) {
      int left = 0;
      if (const auto* told = curl_->multi_info_read(connections_, &left))
        outcome = told->data.result;
      break;
    }
    curl_waitfd cancel{request.cancel_fd, CURL_WAIT_POLLIN, 0};
    const unsigned watched = request.cancel_fd >= 0 ? 1 : 0;
    if (curl_->multi_poll(connections_, &cancel, watched, kPollMostMs, nullptr) != CURLM_OK) break;
    if (watched > 0 && cancel.revents != 0) {
      outcome = fail(Errc::timeout, "ended before there was an answer");
      break;
    }
  }
  curl_->multi_remove_handle(connections_, handle_);
  return outcome;
}

Result<CURLcode> Transfer::perform(const Request& request) {
  auto code = perform_once(request);
  long connects = 0;
  curl_->easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &connects);
  if (code && connects == 0 && worth_repeating(*code, request)) {
    set(CURLOPT_FRESH_CONNECT, 1L);
    code = perform_once(request);
  }
  return code;
}

Result<Response> Transfer::send(const Request& request, const char* scheme) {
  set_request(request, scheme);
  Body body{{}, request.response_max_bytes};
  std::array<char, CURL_ERROR_SIZE> detail{};
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  set(CURLOPT_ERRORBUFFER, detail.data());
  curl_slist* headers = nullptr;
  // Without it curl waits a second for a "100 Continue" that Jetty does not send.
  headers = curl_->slist_append(headers, "Expect:");
  for (const auto& header : request.headers) headers = curl_->slist_append(headers, header.c_str());
  set(CURLOPT_HTTPHEADER, headers);

  Result<CURLcode> done = option_error_;
  if (option_error_ == CURLE_OK) done = perform(request);
  Response response;
  long connects = 0;
  curl_->easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &response.status);
  curl_->easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &connects);
  curl_->slist_free_all(headers);
  if (!done) return fail(done.error());
  if (body.over)
    return fail(Errc::limit, fmt::format("the answer is larger than the limit of {} bytes",
                                         request.response_max_bytes));
  if (*done != CURLE_OK) {
    const auto advice = advice_for(*done, connects > 0, scheme);
    const std::string_view reason = detail[0] != '\0' ? detail.data() : curl_->easy_strerror(*done);
    return fail(advice.code, fmt::format("{}; {}", reason, advice.what_to_do));
  }
  response.body = std::move(body.bytes);
  return response;
}

}  // namespace muster::http
