#include "engine/memory_report.h"

#include "engine/engine.h"
#include "engine/memory_model.h"

namespace redouble {
namespace {

// What redis-server counts for a key beside its string and value, and for a deadline; not as allocated.
constexpr std::size_t kKey = memory_model::kTableEntryBytes + memory_model::kObject;
constexpr std::size_t kDeadline = memory_model::kTableEntryBytes;

double percentage(std::size_t part, std::size_t whole) {
  return whole > 0 ? static_cast<double>(part) * 100 / static_cast<double>(whole) : 0;
}

}  // namespace

double MemoryReport::peak_percentage() const {
  return percentage(used, peak);
}

double MemoryReport::dataset_percentage() const {
  return percentage(dataset, grown());
}

MemoryReport memory_report(Engine& engine) {
  MemoryReport report;
  engine.note_peak_memory();
  report.used = engine.used_memory();
  report.peak = engine.stats.peak_memory;
  report.startup = memory_model::kStartup;
  report.clients = engine.client_memory();
  report.backlog = engine.replication.backlog().capacity();
  for (const auto& session : engine.sessions())
    if (session->is_replica()) report.replicas += session->out.capacity() + session->replica->held.capacity();
  if (engine.scripts() != nullptr) {
    const auto usage = engine.scripts()->usage();
    report.scripts = usage.script_bytes;
    report.functions = usage.function_bytes;
  }
  report.overhead = report.startup + report.clients + report.scripts + report.functions;
  for (int i = 0; i < engine.databases(); ++i) {
    const Keyspace& keys = engine.db(i).keys();
    if (keys.size() == 0) continue;
    report.keys += keys.size();
    report.databases.push_back({i, keys.size() * kKey + keys.table_bytes(),
                                keys.timed() * kDeadline + memory_model::expires_bytes(keys.timed())});
    report.overhead += report.databases.back().main + report.databases.back().expires;
  }
  report.dataset = report.used > report.overhead ? report.used - report.overhead : 0;
  return report;
}

}  // namespace redouble
