// How --help looks: two columns that fit into a terminal of 80.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace muster::cli {

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace muster::cli
