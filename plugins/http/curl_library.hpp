// libcurl, opened at its first use. Linked, it and the thirty libraries behind it would cost every
// node agent 6 MB for the few calls that a provisioning makes once in a
// machine's life. A node of a cloud, whose facts come from there, pays it.
#pragma once

#include <curl/curl.h>

#include "proto/base/result.hpp"

namespace muster::http {

// The C functions that are used, with libcurl's own signatures.
struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_multi_init) multi_init = nullptr;
  decltype(&::curl_multi_add_handle) multi_add_handle = nullptr;
  decltype(&::curl_multi_perform) multi_perform = nullptr;
  decltype(&::curl_multi_poll) multi_poll = nullptr;
  decltype(&::curl_multi_info_read) multi_info_read = nullptr;
  decltype(&::curl_multi_remove_handle) multi_remove_handle = nullptr;
  decltype(&::curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
};

// Errc::config, with what to install, when it cannot be opened. Opened once, never closed.
// Thread-safe.
Result<const CurlLibrary*> curl_library();

}  // namespace muster::http
