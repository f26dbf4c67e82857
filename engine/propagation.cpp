#include "engine/propagation.h"

#include "engine/call.h"
#include "engine/engine.h"

namespace redouble {
namespace {

constexpr std::string_view kBegin = "*1\r\n$5\r\nMULTI\r\n";
constexpr std::string_view kEnd = "*1\r\n$4\r\nEXEC\r\n";
constexpr std::size_t kKeep = 64 * 1024;

}  // namespace

void append_request(std::string& bytes, Argv words) {
  bytes += '*';
  bytes += format_uint64(words.size());
  bytes += "\r\n";
  for (const auto word : words) {
    bytes += '$';
    bytes += format_uint64(word.size());
    bytes += "\r\n";
    bytes += word;
    bytes += "\r\n";
  }
}

void Propagation::add(int db, Argv words) {
  append_request(bytes_, words);
  effects_.push_back({db, bytes_.size()});
}

void Propagation::add_own(const Call& call, Argv argv, bool changed) {
  if (call.session.unpropagated) return;
  if (call.telling == Call::Telling::always || (call.telling == Call::Telling::changes && changed))
    add(call.session.db, argv);
}

void Propagation::clear() {
  bytes_.clear();
  if (bytes_.capacity() > kKeep) bytes_.shrink_to_fit();
  effects_.clear();
}

void Propagation::select(int db, std::string& text) {
  if (db == replication_.selected()) return;
  const IntegerText number = format_int64(db);
  const std::string_view words[] = {"SELECT", number};
  append_request(text, words);
  replication_.select(db);
}

void Propagation::send(As as) {
  const bool wrapped = as == As::one_step && effects_.size() > 1;
  std::string text;
  if (wrapped) {
    select(effects_.front().db, text);
    text += kBegin;
  }
  std::size_t begin = 0;
  for (const Effect& effect : effects_) {
    select(effect.db, text);
    text.append(bytes_, begin, effect.end - begin);
    begin = effect.end;
  }
  if (wrapped) text += kEnd;
  clear();
  replication_.write(text);
}

// --- Call ------------------------------------------------------------------------------------------------

void Call::propagate(Argv words) {
  if (replicas == nullptr) return;
  telling = Telling::nothing;
  if (!session.unpropagated) replicas->add(db.index(), words);
}

void Call::propagate_effect(Argv words) {
  if (replicas == nullptr) return;
  telling = Telling::nothing;
  replicas->add(db.index(), words);
}

}  // namespace redouble
