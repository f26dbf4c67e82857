// Implementation of options.h.
#include "options.h"

#include <filesystem>
#include <random>
#include <stdexcept>

#include "text.h"

namespace redouble::oracle {
namespace {

long number(const std::string& name, const std::string& text, long least) {
  const auto value = to_integer(text);
  if (!value || *value < least)
    throw std::runtime_error(name + " takes a number from " + std::to_string(least));
  return static_cast<long>(*value);
}

std::vector<std::string> list(const std::string& text) {
  std::vector<std::string> parts;
  size_t at = 0;
  while (at <= text.size()) {
    const auto comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(lower(text.substr(at, comma - at)));
    at = comma + 1;
  }
  return parts;
}

void take(Options& options, const std::string& name, const std::string& value) {
  if (name == "--redouble") {
    options.redouble = value;
  } else if (name == "--redis") {
    options.redis = value;
  } else if (name == "--cases") {
    options.case_directory = value;
  } else if (name == "--record") {
    options.record = value;
  } else if (name == "--family") {
    options.families = list(value);
  } else if (name == "--seed") {
    options.seed = static_cast<uint64_t>(number(name, value, 1));
  } else if (name == "--commands") {
    options.commands = number(name, value, 1);
  } else if (name == "--scripts") {
    options.scripts = number(name, value, 1);
  } else if (name == "--seconds") {
    options.seconds = number(name, value, 1);
  } else if (name == "--differences") {
    options.differences = static_cast<int>(number(name, value, 1));
  } else if (name == "--resp") {
    if (value != "2" && value != "3" && value != "both")
      throw std::runtime_error("--resp takes 2, 3 or both");
    options.resp = value == "2" ? 2 : value == "3" ? 3 : 0;
  } else {
    throw std::runtime_error("unknown option " + name);
  }
}

// The binary is looked for beside this one, then in the release preset's place in the source tree.
std::string default_binary(const char* self) {
  const auto beside = std::filesystem::path(self).parent_path() / "redouble";
  if (std::filesystem::is_regular_file(beside)) return beside.string();
  return (std::filesystem::path(ORACLE_SOURCE_DIR) / "build/release/redouble").string();
}

}  // namespace

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help" || name == "-h") {
      options.help = true;
    } else if (name.starts_with("--")) {
      if (i + 1 == argc) throw std::runtime_error(name + " needs a value");
      take(options, name, argv[++i]);
    } else if (name == "cases" && options.mode == Options::Mode::all) {
      options.mode = Options::Mode::cases;
    } else if (name == "generate" && options.mode == Options::Mode::all) {
      options.mode = Options::Mode::generate;
    } else if (name == "scripts" && options.mode == Options::Mode::all) {
      options.mode = Options::Mode::scripts;
    } else if (options.mode == Options::Mode::cases) {
      options.filters.push_back(name);
    } else {
      throw std::runtime_error("unknown argument " + name);
    }
  }
  if (options.redouble.empty()) options.redouble = default_binary(argv[0]);
  if (options.case_directory.empty()) {
    options.case_directory = (std::filesystem::path(ORACLE_SOURCE_DIR) / "compat/oracle/cases").string();
  }
  if (options.seed == 0) options.seed = std::random_device{}() % 1000000 + 1;
  return options;
}

std::string usage() {
  return "redouble_oracle [cases [PART...] | generate] [options]\n"
         "Sends the same commands to redouble and to redis-server and compares the replies.\n"
         "  cases [PART...]   written cases only; PART selects by file name or title\n"
         "  generate          generated sequences only\n"
         "  scripts           generated Lua scripts only\n"
         "  --redouble PATH   the binary under test\n"
         "  --redis PATH      the reference (default: redis-server)\n"
         "  --cases DIR       where the .case files are\n"
         "  --family A,B      string, keys, expire, scan, transaction, pubsub, connection, server, list, "
         "...\n"
         "  --seed N          start of the generator (default: random, printed)\n"
         "  --commands N      how many generated commands (default 20000)\n"
         "  --scripts N       how many generated scripts (default 3000)\n"
         "  --seconds N       generate for N seconds instead\n"
         "  --resp 2|3|both   protocol versions (default both)\n"
         "  --record FILE     add what the generator has shown to this file\n"
         "  --differences N   stop after N different differences (default 10)\n";
}

}  // namespace redouble::oracle
