// From argv to text in the language of configuration files, as redis-server does it, so that lines of a file,
// of standard input and of the command line are numbered, checked and complained about alike.
#include "server/options.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "engine/compatibility.h"
#include "engine/config_values.h"
#include "engine/random.h"
#include "protocol/quoted.h"
#include "protocol/split_args.h"
#include "redouble/version.h"
#include "scripting/scripting.h"
#include "server/config_reader.h"

namespace redouble {
namespace {

// One pass over argv. Redis's flags become lines of text, redouble's own are taken at once.
class CommandLine {
 public:
  CommandLine(std::span<const std::string> arguments, const Surroundings& surroundings)
      : arguments_(arguments), surroundings_(surroundings) {}

  Startup read();

 private:
  void read_first();
  void read_arguments();
  void read_flag(const std::string& argument);
  bool read_own_flag(const std::string& name, std::optional<std::string> value);
  void read_announce(const std::string& value);
  void read_seed(const std::string& value);
  void read_tls(const std::string& value);
  bool load();
  std::string value_of(const std::string& name, std::optional<std::string> glued);
  void finish(Startup::Action action, std::string text);
  bool finished() const { return startup_.action != Startup::Action::serve; }

  std::span<const std::string> arguments_;
  const Surroundings& surroundings_;
  Startup startup_;
  std::size_t at_ = 0;
  std::string file_;
  bool standard_input_ = false;
  std::string first_lines_;     // what our own flags stand for: the file and Redis's flags win over it
  std::string text_;            // the lines that the flags make
  bool flag_has_value_ = true;  // a flag takes the argument behind it whatever it looks like
};

bool is_flag(std::string_view argument) {
  return argument.starts_with("--");
}

void CommandLine::finish(Startup::Action action, std::string text) {
  if (finished()) return;
  startup_.action = action;
  startup_.text = std::move(text);
}

// Flags that only count in the first place, and the file.
void CommandLine::read_first() {
  const std::string& first = arguments_[0];
  if (first == "-v" || first == "--version") return finish(Startup::Action::print, version_text());
  if (first == "-h" || first == "--help")
    return finish(Startup::Action::print, help_text(surroundings_.colours));
  if (first == "--compatibility")
    return finish(Startup::Action::print, compatibility_markdown(scripting().commands));
  if (first == "--test-memory")
    return finish(Startup::Action::fail, "redouble does not test memory; redis-server --test-memory does.\n");
  if (first == "--check-system")
    return finish(Startup::Action::fail, "redouble does not check the system; it runs where it starts.\n");
  if (first.starts_with('-')) return;
  file_ = first;
  at_ = 1;
}

void CommandLine::read_arguments() {
  for (; at_ < arguments_.size() && !finished(); ++at_) {
    const std::string& argument = arguments_[at_];
    const bool first_or_last = at_ == 0 || at_ + 1 == arguments_.size();
    if (argument == "-" && first_or_last) {
      standard_input_ = true;
    } else if (flag_has_value_ && is_flag(argument)) {
      read_flag(argument);
    } else {
      append_quoted(text_, argument);
      text_ += ' ';
      flag_has_value_ = true;
    }
  }
}

void CommandLine::read_flag(const std::string& argument) {
  const auto words = split_args(argument);
  if (words && !words->empty() && words->size() <= 2) {
    const std::optional<std::string> glued = words->size() == 2 ? std::optional((*words)[1]) : std::nullopt;
    if (read_own_flag((*words)[0].substr(2), glued)) return;
  }
  if (!text_.empty()) text_ += '\n';
  text_.append(argument, 2).append(" ");
  flag_has_value_ = !words || words->size() != 1;
  if (flag_has_value_ || !equal_ignoring_case(argument, "--save")) return;
  // An empty list of save points, as programs write it that make a command line from an array.
  const bool last = at_ + 1 == arguments_.size();
  if (last || is_flag(arguments_[at_ + 1])) {
    text_ += "\"\"";
    flag_has_value_ = true;
  }
}

std::string CommandLine::value_of(const std::string& name, std::optional<std::string> glued) {
  if (glued) return *glued;
  if (at_ + 1 < arguments_.size()) return arguments_[++at_];
  finish(Startup::Action::fail, fmt::format("redouble: --{} needs a value\n", name));
  return {};
}

void CommandLine::read_announce(const std::string& value) {
  if (value == "json")
    startup_.options.announce_json = true;
  else
    finish(Startup::Action::fail, fmt::format("redouble: --announce knows 'json' only, not '{}'\n", value));
}

void CommandLine::read_seed(const std::string& value) {
  if (const auto seed = parse_seed(value))
    startup_.options.seed = *seed;
  else
    finish(
        Startup::Action::fail,
        fmt::format("redouble: --seed is a whole number from 1 to 18446744073709551615, not '{}'\n", value));
}

// Certificates of our own making, and clients need none.
void CommandLine::read_tls(const std::string& value) {
  if (value == "auto")
    first_lines_ += "redouble-tls auto\ntls-auth-clients no\n";
  else
    finish(Startup::Action::fail,
           fmt::format(
               "redouble: --tls knows 'auto' only, not '{}'; with certificates of your own use --tls-port, "
               "--tls-cert-file and --tls-key-file\n",
               value));
}

bool CommandLine::read_own_flag(const std::string& name, std::optional<std::string> value) {
  StandaloneOptions& options = startup_.options;
  if (name == "announce") {
    read_announce(value_of(name, std::move(value)));
  } else if (name == "seed") {
    read_seed(value_of(name, std::move(value)));
  } else if (name == "port-file") {
    options.port_file = value_of(name, std::move(value));
  } else if (name == "tls") {
    read_tls(value_of(name, std::move(value)));
  } else if (name == "tls-names" || name == "tls-present") {
    first_lines_ += fmt::format("redouble-{} ", name);
    append_quoted(first_lines_, value_of(name, std::move(value)));
    first_lines_ += '\n';
  } else if (name == "tls-write-to") {
    options.tls_directory = value_of(name, std::move(value));
  } else if (name == "load") {
    const std::filesystem::path path(value_of(name, std::move(value)));
    const std::filesystem::path here(surroundings_.working_directory());
    options.load = (path.is_absolute() ? path : here / path).lexically_normal().string();
  } else if (name == "leak-report") {
    const bool follows = !value && at_ + 1 < arguments_.size() && arguments_[at_ + 1] == "fail";
    if (follows) value = arguments_[++at_];
    if (value && *value != "fail")
      finish(Startup::Action::fail,
             fmt::format("redouble: --leak-report stands alone or with 'fail', not '{}'\n", *value));
    options.leak_report = true;
    options.leaks_fail = value.has_value();
  } else if (name == "ping") {
    finish(Startup::Action::ping, value_of(name, std::move(value)));
  } else if (name == "exit-with-parent") {
    const bool follows = !value && at_ + 1 < arguments_.size() && !arguments_[at_ + 1].starts_with('-');
    const std::string word = follows ? arguments_[++at_] : value.value_or("yes");
    if (word != "yes" && word != "no")
      finish(Startup::Action::fail,
             fmt::format("redouble: --exit-with-parent is 'yes' or 'no', not '{}'\n", word));
    options.exit_with_parent = word == "yes";
  } else if (name == "help" && !value) {
    finish(Startup::Action::print, help_text(surroundings_.colours));
  } else if (name == "version" && !value) {
    finish(Startup::Action::print, version_text());
  } else {
    return false;
  }
  return true;
}

bool CommandLine::load() {
  ConfigReader reader(surroundings_, startup_.options);
  std::string text;
  if (!file_.empty()) {
    const std::filesystem::path path(file_);
    const auto absolute =
        path.is_absolute() ? path : std::filesystem::path(surroundings_.working_directory()) / path;
    startup_.options.config_file = absolute.lexically_normal().string();
    const auto texts = reader.open(startup_.options.config_file);
    if (!texts) {
      finish(Startup::Action::fail, reader.failure());
      return false;
    }
    for (const auto& each : *texts) text += each;
  }
  if (standard_input_) text += surroundings_.read_standard_input();
  if (!reader.read_text(first_lines_) || !reader.read_text(text + '\n' + text_) || !reader.check_whole()) {
    finish(Startup::Action::fail, reader.failure());
    return false;
  }
  StandaloneOptions& options = startup_.options;
  const bool makes_certificates = options.config.word(Setting::redouble_tls) == "auto";
  if (makes_certificates && options.config.number(Setting::tls_port) == 0) options.any_tls_port = true;
  if (!options.tls_directory.empty() && !makes_certificates) {
    finish(Startup::Action::fail, "redouble: --tls-write-to writes the certificates that --tls auto makes\n");
    return false;
  }
  return true;
}

Startup CommandLine::read() {
  startup_.options.config.assign_text(Setting::dir, surroundings_.working_directory());
  if (arguments_.empty()) return std::move(startup_);
  startup_.options.configured = true;
  read_first();
  if (!finished()) read_arguments();
  if (!finished()) load();
  return std::move(startup_);
}

}  // namespace

Startup read_command_line(std::span<const std::string> arguments, const Surroundings& surroundings) {
  return CommandLine(arguments, surroundings).read();
}

std::string version_text() {
  return fmt::format("Redis server v=7.0.15 sha=00000000:0 malloc=libc bits=64 build=0 redouble={}\n",
                     REDOUBLE_VERSION);
}

std::string help_text(bool colours) {
  const auto heading = [&](std::string_view text) {
    return colours ? fmt::format("\x1b[1m{}\x1b[0m\n", text) : fmt::format("{}\n", text);
  };
  return heading("redouble: a stand-in for redis-server 7.0.15 in tests") +
         "\n"
         "  redouble [FILE | -] [--NAME VALUE ...] ...\n"
         "\n" +
         heading("Start it") +
         "  redouble                                port 6379\n"
         "  redouble --port 7000 --requirepass pw   any parameter of redis.conf is a flag\n"
         "  redouble --port auto --announce json    a free port; the first line of output tells which\n"
         "  redouble --port 0 --unixsocket /tmp/s   a unix socket and no TCP\n"
         "  redouble redis.conf --loglevel verbose  a file, and flags that win over it\n"
         "  echo 'maxmemory 8mb' | redouble -       settings from standard input\n"
         "\n" +
         heading("Talk to it") +
         "  redis-cli -p 7000                       any Redis client will do\n"
         "  redouble --ping redis://127.0.0.1:7000  exit code 0 when it answers\n"
         "\n" +
         heading("TLS") +
         "  redouble --tls auto --tls-write-to DIR  TLS on a free port beside the plain one (or --tls-port "
         "N), with\n"
         "                                          certificates made for it; DIR gets ca.pem, client.pem "
         "and\n"
         "                                          client.key\n"
         "  --tls-names 'redis.test 10.0.0.7'       further names in the server's certificate\n"
         "  --tls-present WHAT                      what a client has to refuse: expired, not-yet-valid, "
         "other-host,\n"
         "                                          unknown-ca, self-signed, missing-link, old-protocol, "
         "drop; at run\n"
         "                                          time CONFIG SET redouble-tls-present WHAT, and valid "
         "again\n"
         "  --tls-port 6380 --tls-cert-file ...     certificates of your own, with redis-server's flags\n"
         "\n" +
         heading("Settings of its own") +
         "  --redouble-tls-handshake-ms 10000       how long a TLS handshake may take; 0: for ever\n"
         "  --redouble-eviction exact|sampled       how maxmemory chooses: always the same key, or as "
         "redis-server\n"
         "  --redouble-commands local|any|no        who may use REDOUBLE, the command for tests (REDOUBLE "
         "HELP)\n"
         "  --redouble-password pw                  what REDOUBLE AUTH asks for on each connection first\n"
         "  --seed N                                decides all that is random; it is printed at the start\n"
         "\n" +
         heading("For tests") +
         "  --load FILE           test data to start with, which REDOUBLE RESET brings back: .json, .rdb, or "
         "commands\n"
         "                        (.redis, .txt)\n"
         "  --leak-report [fail]  at the end the log tells which keys and connections were left; with fail "
         "the "
         "exit\n"
         "                        code is 3 then\n"
         "\n" +
         heading("When a program starts it") +
         "  --port auto           let the kernel choose a free port (--port 0 means: no TCP)\n"
         "  --announce json       print pid, port, tls_port, url, version and seed as one line of JSON "
         "first\n"
         "  --port-file PATH      write the port there, whole, once it is open\n"
         "  --exit-with-parent    stop when the process that started it is gone\n"
         "\n" +
         heading("Questions it answers and exits") +
         "  -v, --version         which Redis it stands in for, and its own version\n"
         "  --compatibility       what it has of Redis and what not, as Markdown\n"
         "  -h, --help            this text\n"
         "\n"
         "CONFIG GET * lists all parameters. SIGTERM, SIGINT and SHUTDOWN stop the server with exit code "
         "0.\n";
}

}  // namespace redouble
