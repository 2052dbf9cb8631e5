#include "plugins/http/http_client.hpp"

#include <fmt/format.h>

#include <array>

#include "plugins/http/curl_library.hpp"

namespace muster::http {
namespace {

struct Advice {
  Errc code;
  std::string_view what_to_do;
};

Advice advice_for(CURLcode code) {
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
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Errc::config, "only https URLs are allowed"};
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

struct Client::Impl {
  explicit Impl(Tls t) : tls(std::move(t)) {}
  ~Impl() {
    if (handle != nullptr) curl->easy_cleanup(handle);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status prepare() {
    if (tls.ca_pem.empty())
      return fail(Errc::config, "no CA certificate was given to verify the server with");
    MUSTER_ASSIGN(curl, curl_library());
    if (handle == nullptr) handle = curl->easy_init();
    if (handle == nullptr) return fail(Errc::limit, "libcurl has no memory left");
    curl->easy_reset(handle);
    return {};
  }

  template <class T>
  void set(CURLoption option, T value) {
    if (const auto code = curl->easy_setopt(handle, option, value);
        code != CURLE_OK && option_error == CURLE_OK)
      option_error = code;
  }

  void set_tls() {
    curl_blob ca{tls.ca_pem.data(), tls.ca_pem.size(), CURL_BLOB_NOCOPY};
    set(CURLOPT_CAINFO_BLOB, &ca);
    // Debian builds a folder of public CAs in; any of them could vouch for a false master.
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (tls.certificate_file.empty()) return;
    set(CURLOPT_SSLCERT, tls.certificate_file.c_str());
    set(CURLOPT_SSLKEY, tls.key_file.c_str());
  }

  void set_request(const Request& request) {
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "https");
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

  CURLcode perform(const Request& request) {
    auto code = curl->easy_perform(handle);
    long connects = 0;
    curl->easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connects);
    if (connects == 0 && worth_repeating(code, request)) {
      set(CURLOPT_FRESH_CONNECT, 1L);
      code = curl->easy_perform(handle);
    }
    return code;
  }

  Tls tls;
  const CurlLibrary* curl = nullptr;
  CURL* handle = nullptr;
  CURLcode option_error = CURLE_OK;
};

Client::Client(Tls tls) : impl_(std::make_unique<Impl>(std::move(tls))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

const Tls& Client::tls() const {
  return impl_->tls;
}

Result<Response> Client::send(const Request& request) {
  const auto where = fmt::format("{} {}", request.method, request.url);
  if (auto ready = impl_->prepare(); !ready) return fail(ready.error().within(where));
  auto& curl = *impl_->curl;
  impl_->option_error = CURLE_OK;
  impl_->set_tls();
  impl_->set_request(request);
  Body body{{}, request.response_max_bytes};
  std::array<char, CURL_ERROR_SIZE> detail{};
  impl_->set(CURLOPT_WRITEFUNCTION, &take_body);
  impl_->set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  impl_->set(CURLOPT_ERRORBUFFER, detail.data());
  curl_slist* headers = nullptr;
  // Without it curl waits a second for a "100 Continue" that Jetty does not send.
  headers = curl.slist_append(headers, "Expect:");
  for (const auto& header : request.headers) headers = curl.slist_append(headers, header.c_str());
  impl_->set(CURLOPT_HTTPHEADER, headers);

  auto code = impl_->option_error;
  if (code == CURLE_OK) code = impl_->perform(request);
  Response response;
  curl.easy_getinfo(impl_->handle, CURLINFO_RESPONSE_CODE, &response.status);
  curl.slist_free_all(headers);
  if (body.over)
    return fail(Errc::limit, fmt::format("{}: the answer is larger than the limit of {} bytes",
                                         where, request.response_max_bytes));
  if (code != CURLE_OK) {
    const auto advice = advice_for(code);
    const std::string_view reason = detail[0] != '\0' ? detail.data() : curl.easy_strerror(code);
    return fail(advice.code, fmt::format("{}: {}; {}", where, reason, advice.what_to_do));
  }
  response.body = std::move(body.bytes);
  return response;
}

}  // namespace muster::http
