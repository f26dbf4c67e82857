#include "engine/info.h"

#include <fmt/format.h>
#include <redouble/version.h>

#include <algorithm>
#include <iterator>

#include "engine/args.h"
#include "engine/command_table.h"
#include "engine/engine.h"
#include "engine/memory_report.h"

namespace redouble {
namespace {

// What a section's function needs; facts about the process are asked once for all sections.
struct Report {
  Engine& engine;
  HostFacts facts;
  std::string text;

  template <class... T>
  void line(fmt::format_string<T...> format, T&&... values) {
    fmt::format_to(std::back_inserter(text), format, std::forward<T>(values)...);
    text += "\r\n";
  }
  /// Lines that never differ, separated by single line breaks.
  void fixed(std::string_view lines) {
    while (!lines.empty()) {
      const std::size_t end = std::min(lines.find('\n'), lines.size());
      text += lines.substr(0, end);
      text += "\r\n";
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
  }
};

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

void server(Report& r) {
  const Engine& e = r.engine;
  const std::int64_t uptime = (e.now() - e.started_at) / 1'000'000;
  r.fixed(
      "redis_version:7.0.15\n"
      "redis_git_sha1:00000000\n"
      "redis_git_dirty:0\n"
      "redis_build_id:7265646f75626c65\n"
      "redis_mode:standalone");
  r.line("os:{}", r.facts.operating_system);
  r.line("arch_bits:{}", sizeof(void*) * 8);
  r.fixed(
      "monotonic_clock:POSIX clock_gettime\n"
      "multiplexing_api:epoll\n"
      "atomicvar_api:c11-builtin");
#ifdef __GNUC__
  r.line("gcc_version:{}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
  r.line("gcc_version:0.0.0");
#endif
  r.line("process_id:{}", r.facts.process_id);
  r.line("process_supervised:no");
  r.line("run_id:{}", e.run_id);
  r.line("tcp_port:{}", r.facts.tcp_port);
  r.line("server_time_usec:{}", e.now());
  r.line("uptime_in_seconds:{}", uptime);
  r.line("uptime_in_days:{}", uptime / 86400);
  r.line("hz:{}", e.config.number(Setting::hz));
  r.line("configured_hz:{}", e.config.number(Setting::hz));
  r.line("lru_clock:{}", (e.now() / 1'000'000) & 0xffffff);
  r.line("executable:{}", r.facts.executable);
  r.line("config_file:{}", r.facts.config_file);
  r.line("io_threads_active:0");
  r.line("redouble_version:{}", REDOUBLE_VERSION);
}

void clients(Report& r) {
  const auto& sessions = r.engine.sessions();
  std::size_t largest_in = 0, largest_out = 0, timed = 0;
  for (const auto& session : sessions) {
    largest_in = std::max(largest_in, session->query_bytes);
    largest_out = std::max(largest_out, session->out.size());
    if (session->is_blocked() && session->parked.deadline != kNever) ++timed;
  }
  r.line("connected_clients:{}", sessions.size() - r.engine.replication.replicas().size());
  r.line("cluster_connections:0");
  r.line("maxclients:{}", r.engine.config.number(Setting::maxclients));
  r.line("client_recent_max_input_buffer:{}", largest_in);
  r.line("client_recent_max_output_buffer:{}", largest_out);
  r.line("blocked_clients:{}", r.engine.blocked_clients());
  r.line("tracking_clients:{}", r.engine.tracking.clients());
  r.line("clients_in_timeout_table:{}", timed);
}

void memory_totals(Report& r, const MemoryReport& memory) {
  const auto resident = static_cast<std::uint64_t>(r.facts.resident_bytes);
  r.line("used_memory:{}", memory.used);
  r.line("used_memory_human:{}", human_bytes(memory.used));
  r.line("used_memory_rss:{}", resident);
  r.line("used_memory_rss_human:{}", human_bytes(resident));
  r.line("used_memory_peak:{}", memory.peak);
  r.line("used_memory_peak_human:{}", human_bytes(memory.peak));
  r.line("used_memory_peak_perc:{:.2f}%", memory.peak_percentage());
  r.line("used_memory_overhead:{}", memory.overhead);
  r.line("used_memory_startup:{}", memory.startup);
  r.line("used_memory_dataset:{}", memory.dataset);
  r.line("used_memory_dataset_perc:{:.2f}%", memory.dataset_percentage());
}

void script_memory(Report& r) {
  const auto usage = r.engine.scripts() != nullptr ? r.engine.scripts()->usage() : ScriptEngine::Usage{};
  const std::size_t states = usage.eval_state + usage.function_state;
  r.line("used_memory_lua:{}", usage.eval_state);
  r.line("used_memory_vm_eval:{}", usage.eval_state);
  r.line("used_memory_lua_human:{}", human_bytes(usage.eval_state));
  r.line("used_memory_scripts_eval:{}", usage.script_bytes);
  r.line("number_of_cached_scripts:{}", usage.scripts);
  r.line("number_of_functions:{}", usage.functions);
  r.line("number_of_libraries:{}", usage.libraries);
  r.line("used_memory_vm_functions:{}", usage.function_state);
  r.line("used_memory_vm_total:{}", states);
  r.line("used_memory_vm_total_human:{}", human_bytes(states));
  r.line("used_memory_functions:{}", usage.function_bytes);
  r.line("used_memory_scripts:{}", usage.script_bytes + usage.function_bytes);
  r.line("used_memory_scripts_human:{}", human_bytes(usage.script_bytes + usage.function_bytes));
}

void memory(Report& r) {
  const Config& config = r.engine.config;
  const MemoryReport report = memory_report(r.engine);
  const std::size_t used = report.used;
  const auto in_use = static_cast<double>(used);
  const auto resident = r.facts.resident_bytes;
  const auto spare = resident - static_cast<std::int64_t>(used);
  const auto limit = static_cast<std::uint64_t>(config.number(Setting::maxmemory));
  memory_totals(r, report);
  // The allocator is the process's, and not asked: all that is resident counts as its own.
  r.line("allocator_allocated:{}", used);
  r.line("allocator_active:{}", resident);
  r.line("allocator_resident:{}", resident);
  r.line("total_system_memory:{}", r.facts.total_system_memory);
  r.line("total_system_memory_human:{}",
         human_bytes(static_cast<std::uint64_t>(r.facts.total_system_memory)));
  script_memory(r);
  r.line("maxmemory:{}", limit);
  r.line("maxmemory_human:{}", human_bytes(limit));
  r.line("maxmemory_policy:{}", config.word(Setting::maxmemory_policy));
  r.line("allocator_frag_ratio:{:.2f}", ratio(static_cast<double>(resident), in_use));
  r.line("allocator_frag_bytes:{}", spare);
  r.line("allocator_rss_ratio:{:.2f}", resident > 0 ? 1.0 : 0.0);
  r.line("allocator_rss_bytes:0");
  r.line("rss_overhead_ratio:{:.2f}", resident > 0 ? 1.0 : 0.0);
  r.line("rss_overhead_bytes:0");
  r.line("mem_fragmentation_ratio:{:.2f}", ratio(static_cast<double>(resident), in_use));
  r.line("mem_fragmentation_bytes:{}", spare);
  r.line("mem_not_counted_for_evict:{}", report.replicas);
  r.line("mem_replication_backlog:{}", report.backlog);
  r.line("mem_total_replication_buffers:{}", report.backlog + report.replicas);
  r.line("mem_clients_slaves:{}", report.replicas);
  r.line("mem_clients_normal:{}", report.clients);
  r.fixed(
      "mem_cluster_links:0\nmem_aof_buffer:0\nmem_allocator:libc\nactive_defrag_running:0\n"
      "lazyfree_pending_objects:0\nlazyfreed_objects:0");
  // All above is the model's, but for what is resident, the buffers of replicas and scripts' states. This is
  // what we have allocated ourselves.
  const std::size_t own = r.engine.own_memory();
  r.line("redouble_own_memory:{}", own);
  r.line("redouble_own_memory_human:{}", human_bytes(own));
}

void persistence(Report& r) {
  r.fixed(
      "loading:0\nasync_loading:0\ncurrent_cow_peak:0\ncurrent_cow_size:0\ncurrent_cow_size_age:0\n"
      "current_fork_perc:0.00\ncurrent_save_keys_processed:0\ncurrent_save_keys_total:0");
  r.line("rdb_changes_since_last_save:{}", r.engine.changes);
  r.line("rdb_bgsave_in_progress:0");
  r.line("rdb_last_save_time:{}", r.engine.last_save / 1'000'000);
  const Persistence& saved = r.engine.persistence;
  r.line("rdb_last_bgsave_status:{}", saved.last_save_ok ? "ok" : "err");
  r.line("rdb_last_bgsave_time_sec:{}", saved.last_save_seconds);
  r.line("rdb_current_bgsave_time_sec:-1");
  r.line("rdb_saves:{}", saved.saves);
  r.line("rdb_last_cow_size:0");
  r.line("rdb_last_load_keys_expired:{}", saved.keys_expired);
  r.line("rdb_last_load_keys_loaded:{}", saved.keys_loaded);
  r.fixed(
      "aof_enabled:0\n"
      "aof_rewrite_in_progress:0\naof_rewrite_scheduled:0\naof_last_rewrite_time_sec:-1\n"
      "aof_current_rewrite_time_sec:-1\naof_last_bgrewrite_status:ok\naof_rewrites:0\n"
      "aof_rewrites_consecutive_failures:0\naof_last_write_status:ok\naof_last_cow_size:0\n"
      "module_fork_in_progress:0\nmodule_fork_last_cow_size:0");
}

void stats(Report& r) {
  const Engine& e = r.engine;
  const Stats& s = e.stats;
  r.line("total_connections_received:{}", s.connections_received);
  r.line("total_commands_processed:{}", s.commands_processed);
  r.line("instantaneous_ops_per_sec:{}", static_cast<std::uint64_t>(s.rates.commands));
  r.line("total_net_input_bytes:{}", s.bytes_in);
  r.line("total_net_output_bytes:{}", s.bytes_out);
  r.line("total_net_repl_input_bytes:0");
  r.line("total_net_repl_output_bytes:0");
  r.line("instantaneous_input_kbps:{:.2f}", s.rates.bytes_in / 1024);
  r.line("instantaneous_output_kbps:{:.2f}", s.rates.bytes_out / 1024);
  r.line("instantaneous_input_repl_kbps:0.00");
  r.line("instantaneous_output_repl_kbps:0.00");
  r.line("rejected_connections:{}", s.connections_rejected);
  r.line("sync_full:{}", s.full_syncs);
  r.line("sync_partial_ok:{}", s.partial_syncs);
  r.line("sync_partial_err:{}", s.refused_partial_syncs);
  r.line("expired_keys:{}", s.expired_keys);
  r.fixed("expired_stale_perc:0.00\nexpired_time_cap_reached_count:0\nexpire_cycle_cpu_milliseconds:0");
  r.line("evicted_keys:{}", s.evicted_keys);
  r.line("evicted_clients:{}", s.evicted_clients);
  const Micros exceeded = s.over_limit_since == 0 ? 0 : std::max<Micros>(0, e.now() - s.over_limit_since);
  r.line("total_eviction_exceeded_time:{}", (s.over_limit_before + exceeded) / 1000);
  r.line("current_eviction_exceeded_time:{}", exceeded / 1000);
  r.line("keyspace_hits:{}", s.keyspace_hits);
  r.line("keyspace_misses:{}", s.keyspace_misses);
  r.line("pubsub_channels:{}", e.pubsub.channels().size());
  r.line("pubsub_patterns:{}", e.pubsub.patterns());
  r.line("pubsubshard_channels:{}", e.pubsub.shard_channels().size());
  r.fixed(
      "latest_fork_usec:0\ntotal_forks:0\nmigrate_cached_sockets:0\nslave_expires_tracked_keys:0\n"
      "active_defrag_hits:0\nactive_defrag_misses:0\nactive_defrag_key_hits:0\nactive_defrag_key_misses:0\n"
      "total_active_defrag_time:0\ncurrent_active_defrag_time:0");
  r.line("tracking_total_keys:{}", e.tracking.keys());
  r.line("tracking_total_items:{}", e.tracking.items());
  r.line("tracking_total_prefixes:{}", e.tracking.prefixes());
  r.line("unexpected_error_replies:0");
  r.line("total_error_replies:{}", s.error_replies);
  r.line("dump_payload_sanitizations:0");
  r.line("total_reads_processed:{}", s.reads_processed);
  r.line("total_writes_processed:{}", s.writes_processed);
  r.fixed(
      "io_threaded_reads_processed:0\nio_threaded_writes_processed:0\nreply_buffer_shrinks:0\n"
      "reply_buffer_expands:0");
}

void replication(Report& r) {
  const Replication& stream = r.engine.replication;
  r.line("role:master");
  r.line("connected_slaves:{}", stream.replicas().size());
  if (stream.wants_replicas()) r.line("min_slaves_good_slaves:{}", stream.good_replicas());
  int number = 0;
  for (const Session* session : stream.replicas()) {
    const Replica& replica = *session->replica;
    r.line("slave{}:ip={},port={},state=online,offset={},lag={}", number++, stream.address_of(*session),
           replica.port, replica.acknowledged, stream.lag_seconds(replica));
  }
  r.line("master_failover_state:no-failover");
  r.line("master_replid:{}", stream.id());
  r.line("master_replid2:0000000000000000000000000000000000000000");
  r.line("master_repl_offset:{}", stream.offset());
  r.line("second_repl_offset:-1");
  r.line("repl_backlog_active:{}", stream.active() ? 1 : 0);
  r.line("repl_backlog_size:{}", r.engine.config.number(Setting::repl_backlog_size));
  r.line("repl_backlog_first_byte_offset:{}",
         stream.active() ? stream.offset() - stream.backlog().size() + 1 : 0);
  r.line("repl_backlog_histlen:{}", stream.backlog().size());
}

void cpu(Report& r) {
  r.line("used_cpu_sys:{:.6f}", r.facts.system_seconds);
  r.line("used_cpu_user:{:.6f}", r.facts.user_seconds);
  r.fixed("used_cpu_sys_children:0.000000\nused_cpu_user_children:0.000000");
  r.line("used_cpu_sys_main_thread:{:.6f}", r.facts.system_seconds);
  r.line("used_cpu_user_main_thread:{:.6f}", r.facts.user_seconds);
}

void nothing(Report&) {}

// Calls `visit` for every command that was called, refused or failed since the last RESETSTAT.
template <class Visit>
void for_each_used(const Engine& engine, Visit&& visit) {
  const auto& all = engine.stats.commands;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].calls != 0 || all[i].rejected != 0 || all[i].failed != 0)
      visit(full_name(engine.commands()[i]), all[i]);
}

void commandstats(Report& r) {
  for_each_used(r.engine, [&](const std::string& name, const CommandStats& s) {
    r.line("cmdstat_{}:calls={},usec={},usec_per_call={:.2f},rejected_calls={},failed_calls={}", name,
           s.calls, s.microseconds, ratio(static_cast<double>(s.microseconds), static_cast<double>(s.calls)),
           s.rejected, s.failed);
  });
}

void errorstats(Report& r) {
  for (const auto& [code, count] : r.engine.stats.errors) r.line("errorstat_{}:count={}", code, count);
}

void latencystats(Report& r) {
  if (!r.engine.config.flag(Setting::latency_tracking)) return;
  for_each_used(r.engine, [&](const std::string& name, const CommandStats& s) {
    if (!s.latency || s.latency->count() == 0) return;
    std::string values;
    for (const double percent : r.engine.config.latency_percentiles())
      fmt::format_to(std::back_inserter(values), "{}p{}={:.3f}", values.empty() ? "" : ",",
                     percentile_name(percent), static_cast<double>(s.latency->percentile_ns(percent)) / 1000);
    r.line("latency_percentiles_usec_{}:{}", name, values);
  });
}

void cluster(Report& r) {
  r.line("cluster_enabled:0");
}

void keyspace(Report& r) {
  for (int i = 0; i < r.engine.databases(); ++i) {
    const Keyspace& keys = r.engine.db(i).keys();
    if (keys.size() != 0)
      r.line("db{}:keys={},expires={},avg_ttl={}", i, keys.size(), keys.timed(),
             keys.average_ttl(r.engine.now_ms()));
  }
}

struct Section {
  std::string_view title;
  bool by_default;
  void (*write)(Report&);
};

constexpr Section kSections[] = {
    {"Server", true, server},
    {"Clients", true, clients},
    {"Memory", true, memory},
    {"Persistence", true, persistence},
    {"Stats", true, stats},
    {"Replication", true, replication},
    {"CPU", true, cpu},
    {"Modules", true, nothing},
    {"Commandstats", false, commandstats},
    {"Errorstats", true, errorstats},
    {"Latencystats", false, latencystats},
    {"Cluster", true, cluster},
    {"Keyspace", true, keyspace},
};

bool wanted(const Section& section, std::span<const std::string_view> names) {
  if (names.empty()) return section.by_default;
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return same_word(name, section.title) || same_word(name, "all") || same_word(name, "everything") ||
           (section.by_default && same_word(name, "default"));
  });
}

}  // namespace

std::string info_text(Engine& engine, std::span<const std::string_view> sections) {
  engine.stats.rates.sample(engine.now(), engine.stats);
  Report report{engine, engine.host().facts(), {}};
  report.text.reserve(6000);
  for (const Section& section : kSections) {
    if (!wanted(section, sections)) continue;
    if (!report.text.empty()) report.text += "\r\n";
    report.line("# {}", section.title);
    section.write(report);
  }
  return std::move(report.text);
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{}B", bytes);
  constexpr std::string_view kUnits = "KMGTP";
  double amount = static_cast<double>(bytes) / 1024;
  std::uint64_t next = std::uint64_t{1} << 20;
  std::size_t unit = 0;
  for (; unit + 1 < kUnits.size() && bytes >= next; ++unit, next <<= 10) amount /= 1024;
  return fmt::format("{:.2f}{}", amount, kUnits[unit]);
}

std::string percentile_name(double percent) {
  std::string text = fmt::format("{:f}", percent);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace redouble
