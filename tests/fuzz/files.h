// A Host whose files are strings.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/host.h"

namespace redouble {

struct FilesInMemory : Host {
  std::map<std::string, std::string> files;
  std::string config_file;

  HostFacts facts() override {
    HostFacts facts;
    facts.config_file = config_file;
    return facts;
  }
  std::optional<std::string> read_file(const std::string& path) override {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  }
  std::string write_file(const std::string& path, std::string_view content) override {
    files[path] = content;
    return {};
  }
};

}  // namespace redouble
