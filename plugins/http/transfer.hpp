// libcurl's part of a request: one after another, over a connection that is kept. Which servers are
// trusted is the business of Client and PlainClient, which are built on it.
#pragma once

#include <string>

#include "plugins/http/curl_library.hpp"
#include "plugins/http/request.hpp"
#include "proto/base/result.hpp"

namespace muster::http {

// Redirects are not followed and proxies of the environment not used: a server is asked directly or
// not at all. Not thread-safe.
class Transfer {
 public:
  Transfer() = default;
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Before each request: all options are libcurl's own again. Errc::config when there is no libcurl.
  Status prepare();

  // An option beside those of the request; the first that libcurl refuses is send()'s error.
  template <class T>
  void set(CURLoption option, T value) {
    if (const auto code = curl_->easy_setopt(handle_, option, value);
        code != CURLE_OK && option_error_ == CURLE_OK)
      option_error_ = code;
  }

  // After prepare(). `scheme`: the only one that is allowed, "https". Errors as Client::send()'s.
  Result<Response> send(const Request& request, const char* scheme);

 private:
  void set_request(const Request& request, const char* scheme);
  // Errc::timeout when the request was cancelled; else what libcurl says of it.
  Result<CURLcode> perform(const Request& request);
  Result<CURLcode> perform_once(const Request& request);

  const CurlLibrary* curl_ = nullptr;
  CURL* handle_ = nullptr;
  CURLM* connections_ = nullptr;
  CURLcode option_error_ = CURLE_OK;
};

}  // namespace muster::http
