// Makes sequences of commands out of the grammar. The same seed and the same list of commands give the
// same sequences.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "grammar.h"
#include "pools.h"
#include "random.h"
#include "sequence.h"

namespace redouble::oracle {

class Generator {
 public:
  // `commands` are all that both servers have; `families` limits them, empty means all.
  // Throws std::runtime_error when nothing is left.
  Generator(std::vector<Command> commands, const std::vector<std::string>& families, uint64_t seed);

  // The sequence with this number, for one RESP version.
  Sequence make(uint64_t number, int resp);

  // How many commands are drawn from.
  size_t size() const { return chosen_.size(); }

 private:
  enum class Kind { plain, observed, subscribers, trackers, waiting };

  Kind choose_kind(int resp);
  void fill_plain(Sequence& sequence, size_t clients);
  void fill_subscribers(Sequence& sequence);
  void fill_waiting(Sequence& sequence);
  void add_wait(Sequence& sequence, size_t connection);
  void fill_trackers(Sequence& sequence);
  Argv track();
  void observe(Sequence& sequence);
  void cut_lists_small(Sequence& sequence);
  void cut_streams_small(Sequence& sequence);
  void fit_streams(const Command& command, Argv& argv);
  void block_for_good(Argv& argv);
  void add(Sequence& sequence, size_t connection, const Command& command);
  void add(Sequence& sequence, size_t connection, Argv argv);
  void draw(Sequence& sequence, size_t connection);
  Argv set_settings();
  bool add_transaction_step(Sequence& sequence, size_t connection, int& left);

  Argv call(const Command& command);
  void emit(const Command& command, const Argument& argument, Argv& out, size_t& numkeys);
  void emit_value(const Command& command, const Argument& argument, Argv& out, size_t& numkeys);
  void mutate(Argv& argv, size_t fixed);
  void defuse(const Command& command, Argv& argv) const;
  static void defuse_sort(Argv& argv);
  void fit_limits(const Command& command, Argv& argv);
  bool leaves_out(const Command& command) const;
  std::string token(const std::string& text);
  const Command& draw_from(const std::vector<size_t>& pool, size_t total_weight);
  const Command* named(const std::string& name) const;

  std::vector<Command> commands_;
  std::vector<size_t> chosen_;
  std::vector<size_t> support_;
  size_t chosen_weight_ = 0;
  size_t support_weight_ = 0;
  bool pubsub_chosen_ = false;
  bool only_pubsub_ = false;
  bool tracking_chosen_ = false;
  bool transactions_ = false;
  bool events_ = false;
  bool settings_ = false;
  bool lists_ = false;
  bool streams_ = false;
  bool clock_ids_ = false;       // in this sequence XADD may take ids from the clock
  bool leaves_expired_ = false;  // in this sequence SET may leave keys behind that are already expired
  bool skip_lists_ = false;      // in this sequence sorted sets may grow out of their listpack
  uint64_t seed_;
  Random random_;
  Pools pools_;
};

}  // namespace redouble::oracle
