#include "plugins/http/curl_library.hpp"

#include <fmt/format.h>

#include "proto/base/shared_library.hpp"

namespace muster::http {
namespace {

constexpr char kFileName[] = "libcurl.so.4";

Result<CurlLibrary> open() {
  MUSTER_ASSIGN(const auto library, base::SharedLibrary::open(kFileName, "HTTP needs", "libcurl4"));
  CurlLibrary curl;
  decltype(&::curl_global_init) global_init = nullptr;
  const bool complete = library.find("curl_global_init", global_init) &&
                        library.find("curl_easy_init", curl.easy_init) &&
                        library.find("curl_easy_setopt", curl.easy_setopt) &&
                        library.find("curl_easy_perform", curl.easy_perform) &&
                        library.find("curl_easy_getinfo", curl.easy_getinfo) &&
                        library.find("curl_easy_reset", curl.easy_reset) &&
                        library.find("curl_easy_cleanup", curl.easy_cleanup) &&
                        library.find("curl_easy_strerror", curl.easy_strerror) &&
                        library.find("curl_multi_init", curl.multi_init) &&
                        library.find("curl_multi_add_handle", curl.multi_add_handle) &&
                        library.find("curl_multi_perform", curl.multi_perform) &&
                        library.find("curl_multi_poll", curl.multi_poll) &&
                        library.find("curl_multi_info_read", curl.multi_info_read) &&
                        library.find("curl_multi_remove_handle", curl.multi_remove_handle) &&
                        library.find("curl_multi_cleanup", curl.multi_cleanup) &&
                        library.find("curl_slist_append", curl.slist_append) &&
                        library.find("curl_slist_free_all", curl.slist_free_all);
  if (!complete || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(Errc::config,
                fmt::format("{} cannot be used: version 7.85 or newer is needed", kFileName));
  return curl;
}

}  // namespace

Result<const CurlLibrary*> curl_library() {
  static const Result<CurlLibrary> opened = open();
  if (!opened) return fail(opened.error());
  return &*opened;
}

}  // namespace muster::http
