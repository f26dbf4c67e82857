// Implementation of byte_fuzz.h. NUL is left out: redis-server looks for the end of an inline request with
// strchr and waits for ever behind one.
#include "byte_fuzz.h"

#include <algorithm>
#include <vector>

#include "connection.h"

namespace redouble::oracle {
namespace {

constexpr std::string_view kAlphabet = "*$:+-~%0123456789 aG\"'\\x\r\n\r\n\xff\t";

std::string answer(Process& process, const std::string& input, size_t cut) {
  Connection connection(process.port());
  connection.send(std::string_view(input).substr(0, cut));
  connection.send(std::string_view(input).substr(cut));
  return connection.finish().value_or("(the connection stays open)");
}

}  // namespace

std::string ByteFuzz::make() {
  static const std::vector<std::string> kRequests = {
      "PING\r\n",
      "*1\r\n$4\r\nPING\r\n",
      "*2\r\n$4\r\nECHO\r\n$5\r\nhowdy\r\n",
      "ECHO \"a b\\x41\\n\" \r\n",
      "ECHO 'single \\' quote'\r\n",
      "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nvw\r\n",
      "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
      "*0\r\n",
      "\r\n",
      "*-1\r\n",
      "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n",
      "GET k\n",
      "*2\r\n$6\r\nNOSUCH\r\n$10\r\n0123456789\r\n",
      "*1\r\n$3\r\nGET\r\n",
  };
  std::string bytes;
  for (size_t count = 1 + random_.below(4); count > 0; --count) bytes += random_.pick(kRequests);
  for (size_t count = random_.below(4); count > 0; --count) spoil(bytes);
  return bytes;
}

void ByteFuzz::spoil(std::string& bytes) {
  if (bytes.empty()) return;
  const auto at = random_.below(bytes.size());
  switch (random_.below(6)) {
    case 0:
      bytes[at] = random_.pick(kAlphabet);
      break;
    case 1:
      bytes.erase(at, 1);
      break;
    case 2:
      bytes.insert(at, 1, random_.pick(kAlphabet));
      break;
    case 3:
      bytes.insert(at, bytes.substr(at, 1 + random_.below(6)));
      break;
    case 4:
      bytes.erase(at, 1 + random_.below(6));
      break;
    default:
      bytes.resize(at);
  }
}

std::optional<ByteDifference> ByteFuzz::send(const std::string& input) {
  for (auto* process : {pair_.ours.get(), pair_.theirs.get()}) {
    if (!process->alive()) process->restart();
    Connection(process->port()).call({"DEL", "k"});
  }
  const auto theirs = answer(*pair_.theirs, input, input.size());
  const auto ours = answer(*pair_.ours, input, input.size() / 3);
  if (ours == theirs) return std::nullopt;
  return ByteDifference{input, ours, theirs};
}

ByteDifference ByteFuzz::shrink(ByteDifference found) {
  for (size_t size = std::max<size_t>(found.input.size() / 2, 1); size > 0; size /= 2) {
    for (size_t at = 0; at < found.input.size();) {
      auto candidate = found.input;
      candidate.erase(at, size);
      if (auto again = send(candidate)) {
        found = std::move(*again);
      } else {
        at += size;
      }
    }
  }
  return found;
}

std::optional<ByteDifference> ByteFuzz::play(uint64_t number) {
  random_ = Random(seed_ * 1000003 + number);
  auto found = send(make());
  if (!found) return std::nullopt;
  return shrink(std::move(*found));
}

}  // namespace redouble::oracle
