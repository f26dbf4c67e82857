// The table of all parameters: one row each, in the order of their names.
//
// A row names the enumerator, the parameter, its default and its bounds, then what is special about it:
// `.also` an old name, `.with` flags, `.without_effect` when redouble keeps it but does nothing with it.
// Facts are those of redis-server 7.0.15; bounds and texts were asked of it. tests/tidy_test.py compares the
// effects that rows tell with what the code uses.
#include <algorithm>
#include <array>
#include <limits>

#include "engine/config.h"
#include "protocol/ascii.h"

namespace redouble {
namespace {

constexpr int64_t kIntMin = std::numeric_limits<int32_t>::min();
constexpr int64_t kIntMax = std::numeric_limits<int32_t>::max();
constexpr int64_t kUint32Max = std::numeric_limits<uint32_t>::max();
constexpr int64_t kInt64Min = std::numeric_limits<int64_t>::min();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();
constexpr int64_t kPortMax = 65535;

// A word that is listed twice under one value is reported by its first spelling.
constexpr SettingWord kChannelDefaults[] = {{"allchannels", 1}, {"resetchannels", 0}};
constexpr SettingWord kFsyncPolicies[] = {{"everysec", 0}, {"always", 1}, {"no", 2}};
constexpr SettingWord kEndpointTypes[] = {{"ip", 0}, {"hostname", 1}, {"unknown-endpoint", 2}};
constexpr SettingWord kPermissions[] = {{"no", 0}, {"yes", 1}, {"local", 2}};
constexpr SettingWord kLogLevels[] = {{"debug", 0}, {"verbose", 1}, {"notice", 2}, {"warning", 3}};
constexpr SettingWord kEvictionPolicies[] = {
    {"volatile-lru", 0}, {"volatile-lfu", 1}, {"volatile-random", 2}, {"volatile-ttl", 3},
    {"allkeys-lru", 4},  {"allkeys-lfu", 5},  {"allkeys-random", 6},  {"noeviction", 7}};
constexpr SettingWord kOomScoreModes[] = {{"no", 0}, {"yes", 1}, {"relative", 1}, {"absolute", 2}};
constexpr SettingWord kPropagationErrors[] = {{"ignore", 0}, {"panic", 1}, {"panic-on-replicas", 2}};
constexpr SettingWord kDisklessLoads[] = {{"disabled", 0}, {"on-empty-db", 1}, {"swapdb", 2}};
constexpr SettingWord kSanitizing[] = {{"no", 0}, {"yes", 1}, {"clients", 2}};
constexpr SettingWord kShutdownOptions[] = {
    {"default", 0}, {"save", 1}, {"nosave", 2}, {"now", 4}, {"force", 8}};
// `auto`: certificates of our own making.
constexpr SettingWord kTlsWays[] = {{"files", 0}, {"auto", 1}};
// In the order of server/certificates.h's Presentation.
constexpr SettingWord kTlsPresentations[] = {{"valid", 0},        {"expired", 1},      {"not-yet-valid", 2},
                                             {"other-host", 3},   {"unknown-ca", 4},   {"self-signed", 5},
                                             {"missing-link", 6}, {"old-protocol", 7}, {"drop", 8}};
constexpr SettingWord kReservedPermissions[] = {{"no", 0}, {"any", 1}, {"local", 2}};
constexpr SettingWord kEvictionWays[] = {{"exact", 0}, {"sampled", 1}};
constexpr SettingWord kSupervisors[] = {{"upstart", 0}, {"systemd", 1}, {"auto", 2}, {"no", 3}};
constexpr SettingWord kSyslogFacilities[] = {{"user", 0},   {"local0", 1}, {"local1", 2},
                                             {"local2", 3}, {"local3", 4}, {"local4", 5},
                                             {"local5", 6}, {"local6", 7}, {"local7", 8}};
constexpr SettingWord kTlsAuthentication[] = {{"no", 0}, {"yes", 1}, {"optional", 2}};

// Only a word for writing the table: a row that can be refined in place.
struct Row : SettingRow {
  constexpr Row also(std::string_view other_name) const {
    Row row = *this;
    row.alias = other_name;
    return row;
  }
  constexpr Row with(int more_flags) const {
    Row row = *this;
    row.flags = static_cast<uint16_t>(row.flags | more_flags);
    return row;
  }
  constexpr Row without_effect() const {
    Row row = *this;
    row.effect = Effect::none;
    return row;
  }
};

constexpr Row boolean(Setting setting, std::string_view name, bool on) {
  return {{.setting = setting,
           .kind = SettingKind::boolean,
           .name = name,
           .default_number = on ? 1 : 0,
           .lowest = 0,
           .highest = 1}};
}

constexpr Row integer(Setting setting, std::string_view name, int64_t number, int64_t lowest, int64_t highest,
                      SettingUnit unit = SettingUnit::plain) {
  return {{.setting = setting,
           .kind = SettingKind::integer,
           .name = name,
           .unit = unit,
           .default_number = number,
           .lowest = lowest,
           .highest = highest}};
}

constexpr Row memory(Setting setting, std::string_view name, int64_t number, int64_t lowest,
                     int64_t highest) {
  return integer(setting, name, number, lowest, highest, SettingUnit::memory);
}

// All 64 bits are allowed: seen as signed numbers, there is no bound.
constexpr Row unlimited_memory(Setting setting, std::string_view name, int64_t number) {
  return memory(setting, name, number, kInt64Min, kInt64Max);
}

constexpr Row memory_or_percent(Setting setting, std::string_view name, int64_t number, int64_t lowest,
                                int64_t highest) {
  return integer(setting, name, number, lowest, highest, SettingUnit::memory_or_percent);
}

constexpr Row octal(Setting setting, std::string_view name, int64_t number, int64_t lowest, int64_t highest) {
  return integer(setting, name, number, lowest, highest, SettingUnit::octal);
}

constexpr Row choice(Setting setting, std::string_view name, std::span<const SettingWord> words,
                     std::string_view chosen) {
  const auto found = std::ranges::find(words, chosen, &SettingWord::name);
  return {{.setting = setting,
           .kind = SettingKind::choice,
           .name = name,
           .default_number = found->value,
           .words = words}};
}

constexpr Row choices(Setting setting, std::string_view name, std::span<const SettingWord> words,
                      std::string_view chosen) {
  Row row = choice(setting, name, words, chosen);
  row.kind = SettingKind::choices;
  return row;
}

constexpr Row text(Setting setting, std::string_view name, std::string_view value) {
  return {{.setting = setting, .kind = SettingKind::text, .name = name, .default_text = value}};
}

constexpr Row special(Setting setting, std::string_view name, std::string_view value = {}) {
  return {{.setting = setting, .kind = SettingKind::special, .name = name, .default_text = value}};
}

constexpr Row kRows[] = {
    choice(Setting::acl_pubsub_default, "acl-pubsub-default", kChannelDefaults, "resetchannels"),
    text(Setting::aclfile, "aclfile", "").with(kImmutable),
    integer(Setting::acllog_max_len, "acllog-max-len", 128, 0, kInt64Max),
    integer(Setting::active_defrag_cycle_max, "active-defrag-cycle-max", 25, 1, 99).without_effect(),
    integer(Setting::active_defrag_cycle_min, "active-defrag-cycle-min", 1, 1, 99).without_effect(),
    memory(Setting::active_defrag_ignore_bytes, "active-defrag-ignore-bytes", 100 << 20, 1, kInt64Max)
        .without_effect(),
    integer(Setting::active_defrag_max_scan_fields, "active-defrag-max-scan-fields", 1000, 1, kInt64Max)
        .without_effect(),
    integer(Setting::active_defrag_threshold_lower, "active-defrag-threshold-lower", 10, 0, 1000)
        .without_effect(),
    integer(Setting::active_defrag_threshold_upper, "active-defrag-threshold-upper", 100, 0, 1000)
        .without_effect(),
    integer(Setting::active_expire_effort, "active-expire-effort", 1, 1, 10).without_effect(),
    boolean(Setting::activedefrag, "activedefrag", false).without_effect(),
    boolean(Setting::activerehashing, "activerehashing", true).without_effect(),
    boolean(Setting::always_show_logo, "always-show-logo", false).with(kImmutable),
    boolean(Setting::aof_disable_auto_gc, "aof-disable-auto-gc", false).without_effect(),
    boolean(Setting::aof_load_truncated, "aof-load-truncated", true).without_effect(),
    boolean(Setting::aof_rewrite_incremental_fsync, "aof-rewrite-incremental-fsync", true).without_effect(),
    boolean(Setting::aof_timestamp_enabled, "aof-timestamp-enabled", false).without_effect(),
    boolean(Setting::aof_use_rdb_preamble, "aof-use-rdb-preamble", true).without_effect(),
    text(Setting::aof_rewrite_cpulist, "aof_rewrite_cpulist", "")
        .with(kEmptyIsUnset | kImmutable)
        .without_effect(),
    text(Setting::appenddirname, "appenddirname", "appendonlydir").with(kImmutable).without_effect(),
    text(Setting::appendfilename, "appendfilename", "appendonly.aof").with(kImmutable).without_effect(),
    choice(Setting::appendfsync, "appendfsync", kFsyncPolicies, "everysec").without_effect(),
    boolean(Setting::appendonly, "appendonly", false).with(kDenyLoading).without_effect(),
    memory(Setting::auto_aof_rewrite_min_size, "auto-aof-rewrite-min-size", 64 << 20, 0, kInt64Max)
        .without_effect(),
    integer(Setting::auto_aof_rewrite_percentage, "auto-aof-rewrite-percentage", 100, 0, kIntMax)
        .without_effect(),
    text(Setting::bgsave_cpulist, "bgsave_cpulist", "").with(kEmptyIsUnset | kImmutable).without_effect(),
    special(Setting::bind, "bind", "* -::*").with(kMultiArgument),
    text(Setting::bind_source_addr, "bind-source-addr", "").with(kEmptyIsUnset).without_effect(),
    text(Setting::bio_cpulist, "bio_cpulist", "").with(kEmptyIsUnset | kImmutable).without_effect(),
    integer(Setting::busy_reply_threshold, "busy-reply-threshold", 5000, 0, kInt64Max).also("lua-time-limit"),
    special(Setting::client_output_buffer_limit, "client-output-buffer-limit").with(kMultiArgument),
    memory(Setting::client_query_buffer_limit, "client-query-buffer-limit", 1 << 30, 1 << 20, kInt64Max),
    boolean(Setting::cluster_allow_pubsubshard_when_down, "cluster-allow-pubsubshard-when-down", true)
        .without_effect(),
    boolean(Setting::cluster_allow_reads_when_down, "cluster-allow-reads-when-down", false).without_effect(),
    boolean(Setting::cluster_allow_replica_migration, "cluster-allow-replica-migration", true)
        .without_effect(),
    integer(Setting::cluster_announce_bus_port, "cluster-announce-bus-port", 0, 0, kPortMax).without_effect(),
    text(Setting::cluster_announce_hostname, "cluster-announce-hostname", "")
        .with(kEmptyIsUnset)
        .without_effect(),
    text(Setting::cluster_announce_ip, "cluster-announce-ip", "").with(kEmptyIsUnset).without_effect(),
    integer(Setting::cluster_announce_port, "cluster-announce-port", 0, 0, kPortMax).without_effect(),
    integer(Setting::cluster_announce_tls_port, "cluster-announce-tls-port", 0, 0, kPortMax).without_effect(),
    text(Setting::cluster_config_file, "cluster-config-file", "nodes.conf").with(kImmutable).without_effect(),
    boolean(Setting::cluster_enabled, "cluster-enabled", false).with(kImmutable).without_effect(),
    unlimited_memory(Setting::cluster_link_sendbuf_limit, "cluster-link-sendbuf-limit", 0).without_effect(),
    integer(Setting::cluster_migration_barrier, "cluster-migration-barrier", 1, 0, kIntMax).without_effect(),
    integer(Setting::cluster_node_timeout, "cluster-node-timeout", 15000, 0, kInt64Max).without_effect(),
    integer(Setting::cluster_port, "cluster-port", 0, 0, kPortMax).with(kImmutable).without_effect(),
    choice(Setting::cluster_preferred_endpoint_type, "cluster-preferred-endpoint-type", kEndpointTypes, "ip")
        .without_effect(),
    boolean(Setting::cluster_replica_no_failover, "cluster-replica-no-failover", false)
        .also("cluster-slave-no-failover")
        .without_effect(),
    integer(Setting::cluster_replica_validity_factor, "cluster-replica-validity-factor", 10, 0, kIntMax)
        .also("cluster-slave-validity-factor")
        .without_effect(),
    boolean(Setting::cluster_require_full_coverage, "cluster-require-full-coverage", true).without_effect(),
    boolean(Setting::crash_log_enabled, "crash-log-enabled", true).without_effect(),
    boolean(Setting::crash_memcheck_enabled, "crash-memcheck-enabled", true).without_effect(),
    boolean(Setting::daemonize, "daemonize", false).with(kImmutable),
    integer(Setting::databases, "databases", 16, 1, kIntMax).with(kImmutable),
    text(Setting::dbfilename, "dbfilename", "dump.rdb").with(kProtected),
    special(Setting::dir, "dir", "").with(kProtected | kDenyLoading),
    boolean(Setting::disable_thp, "disable-thp", true).with(kImmutable).without_effect(),
    boolean(Setting::dynamic_hz, "dynamic-hz", true).without_effect(),
    choice(Setting::enable_debug_command, "enable-debug-command", kPermissions, "no").with(kImmutable),
    choice(Setting::enable_module_command, "enable-module-command", kPermissions, "no").with(kImmutable),
    choice(Setting::enable_protected_configs, "enable-protected-configs", kPermissions, "no")
        .with(kImmutable),
    integer(Setting::hash_max_listpack_entries, "hash-max-listpack-entries", 512, 0, kInt64Max)
        .also("hash-max-ziplist-entries"),
    memory(Setting::hash_max_listpack_value, "hash-max-listpack-value", 64, 0, kInt64Max)
        .also("hash-max-ziplist-value"),
    memory(Setting::hll_sparse_max_bytes, "hll-sparse-max-bytes", 3000, 0, kInt64Max),
    integer(Setting::hz, "hz", 10, 0, kIntMax).without_effect(),
    text(Setting::ignore_warnings, "ignore-warnings", "").without_effect(),
    integer(Setting::io_threads, "io-threads", 1, 1, 128).with(kImmutable).without_effect(),
    boolean(Setting::io_threads_do_reads, "io-threads-do-reads", false).with(kImmutable).without_effect(),
    boolean(Setting::jemalloc_bg_thread, "jemalloc-bg-thread", true).without_effect(),
    integer(Setting::key_load_delay, "key-load-delay", 0, kIntMin, kIntMax).with(kHidden).without_effect(),
    integer(Setting::latency_monitor_threshold, "latency-monitor-threshold", 0, 0, kInt64Max),
    boolean(Setting::latency_tracking, "latency-tracking", true),
    special(Setting::latency_tracking_info_percentiles, "latency-tracking-info-percentiles")
        .with(kMultiArgument),
    boolean(Setting::lazyfree_lazy_eviction, "lazyfree-lazy-eviction", false),
    boolean(Setting::lazyfree_lazy_expire, "lazyfree-lazy-expire", false),
    boolean(Setting::lazyfree_lazy_server_del, "lazyfree-lazy-server-del", false).without_effect(),
    boolean(Setting::lazyfree_lazy_user_del, "lazyfree-lazy-user-del", false).without_effect(),
    boolean(Setting::lazyfree_lazy_user_flush, "lazyfree-lazy-user-flush", false).without_effect(),
    integer(Setting::lfu_decay_time, "lfu-decay-time", 1, 0, kIntMax),
    integer(Setting::lfu_log_factor, "lfu-log-factor", 10, 0, kIntMax),
    integer(Setting::list_compress_depth, "list-compress-depth", 0, 0, kIntMax).without_effect(),
    integer(Setting::list_max_listpack_size, "list-max-listpack-size", -2, kIntMin, kIntMax)
        .also("list-max-ziplist-size"),
    integer(Setting::loading_process_events_interval_bytes, "loading-process-events-interval-bytes", 2097152,
            1024, kIntMax)
        .with(kHidden)
        .without_effect(),
    text(Setting::logfile, "logfile", "").with(kImmutable),
    choice(Setting::loglevel, "loglevel", kLogLevels, "notice"),
    boolean(Setting::lua_enable_deprecated_api, "lua-enable-deprecated-api", false)
        .with(kImmutable | kHidden)
        .without_effect(),
    text(Setting::masterauth, "masterauth", "").with(kEmptyIsUnset | kSensitive).without_effect(),
    text(Setting::masteruser, "masteruser", "").with(kEmptyIsUnset | kSensitive).without_effect(),
    integer(Setting::maxclients, "maxclients", 10000, 1, kUint32Max),
    unlimited_memory(Setting::maxmemory, "maxmemory", 0),
    memory_or_percent(Setting::maxmemory_clients, "maxmemory-clients", 0, -100, kInt64Max),
    integer(Setting::maxmemory_eviction_tenacity, "maxmemory-eviction-tenacity", 10, 0, 100),
    choice(Setting::maxmemory_policy, "maxmemory-policy", kEvictionPolicies, "noeviction"),
    integer(Setting::maxmemory_samples, "maxmemory-samples", 5, 1, kIntMax),
    integer(Setting::min_replicas_max_lag, "min-replicas-max-lag", 10, 0, kIntMax).also("min-slaves-max-lag"),
    integer(Setting::min_replicas_to_write, "min-replicas-to-write", 0, 0, kIntMax)
        .also("min-slaves-to-write"),
    boolean(Setting::no_appendfsync_on_rewrite, "no-appendfsync-on-rewrite", false).without_effect(),
    special(Setting::notify_keyspace_events, "notify-keyspace-events"),
    choice(Setting::oom_score_adj, "oom-score-adj", kOomScoreModes, "no").without_effect(),
    special(Setting::oom_score_adj_values, "oom-score-adj-values").with(kMultiArgument).without_effect(),
    text(Setting::pidfile, "pidfile", "").with(kEmptyIsUnset | kImmutable),
    integer(Setting::port, "port", 6379, 0, kPortMax),
    text(Setting::proc_title_template, "proc-title-template", "{title} {listen-addr} {server-mode}")
        .without_effect(),
    choice(Setting::propagation_error_behavior, "propagation-error-behavior", kPropagationErrors, "ignore")
        .without_effect(),
    boolean(Setting::protected_mode, "protected-mode", true),
    memory(Setting::proto_max_bulk_len, "proto-max-bulk-len", 512 << 20, 1 << 20, kInt64Max),
    boolean(Setting::rdb_del_sync_files, "rdb-del-sync-files", false).without_effect(),
    integer(Setting::rdb_key_save_delay, "rdb-key-save-delay", 0, kIntMin, kIntMax)
        .with(kHidden)
        .without_effect(),
    boolean(Setting::rdb_save_incremental_fsync, "rdb-save-incremental-fsync", true).without_effect(),
    boolean(Setting::rdbchecksum, "rdbchecksum", true).with(kImmutable),
    boolean(Setting::rdbcompression, "rdbcompression", true),
    choice(Setting::redouble_commands, "redouble-commands", kReservedPermissions, "local")
        .with(kImmutable | kHidden),
    choice(Setting::redouble_eviction, "redouble-eviction", kEvictionWays, "exact").with(kHidden),
    text(Setting::redouble_password, "redouble-password", "")
        .with(kImmutable | kHidden | kUnreadable | kEmptyIsUnset),
    choice(Setting::redouble_tls, "redouble-tls", kTlsWays, "files").with(kHidden),
    text(Setting::redouble_tls_names, "redouble-tls-names", "").with(kHidden | kEmptyIsUnset),
    choice(Setting::redouble_tls_present, "redouble-tls-present", kTlsPresentations, "valid").with(kHidden),
    memory(Setting::repl_backlog_size, "repl-backlog-size", 1 << 20, 1, kInt64Max),
    integer(Setting::repl_backlog_ttl, "repl-backlog-ttl", 3600, 0, kInt64Max),
    boolean(Setting::repl_disable_tcp_nodelay, "repl-disable-tcp-nodelay", false).without_effect(),
    choice(Setting::repl_diskless_load, "repl-diskless-load", kDisklessLoads, "disabled")
        .with(kDenyLoading)
        .without_effect(),
    boolean(Setting::repl_diskless_sync, "repl-diskless-sync", true),
    integer(Setting::repl_diskless_sync_delay, "repl-diskless-sync-delay", 5, 0, kIntMax).without_effect(),
    integer(Setting::repl_diskless_sync_max_replicas, "repl-diskless-sync-max-replicas", 0, 0, kIntMax)
        .without_effect(),
    integer(Setting::repl_ping_replica_period, "repl-ping-replica-period", 10, 1, kIntMax)
        .also("repl-ping-slave-period"),
    integer(Setting::repl_timeout, "repl-timeout", 60, 1, kIntMax),
    text(Setting::replica_announce_ip, "replica-announce-ip", "")
        .also("slave-announce-ip")
        .with(kEmptyIsUnset)
        .without_effect(),
    integer(Setting::replica_announce_port, "replica-announce-port", 0, 0, kPortMax)
        .also("slave-announce-port")
        .without_effect(),
    boolean(Setting::replica_announced, "replica-announced", true).without_effect(),
    boolean(Setting::replica_ignore_disk_write_errors, "replica-ignore-disk-write-errors", false)
        .without_effect(),
    boolean(Setting::replica_ignore_maxmemory, "replica-ignore-maxmemory", true)
        .also("slave-ignore-maxmemory")
        .without_effect(),
    boolean(Setting::replica_lazy_flush, "replica-lazy-flush", false)
        .also("slave-lazy-flush")
        .without_effect(),
    integer(Setting::replica_priority, "replica-priority", 100, 0, kIntMax)
        .also("slave-priority")
        .without_effect(),
    boolean(Setting::replica_read_only, "replica-read-only", true).also("slave-read-only").without_effect(),
    boolean(Setting::replica_serve_stale_data, "replica-serve-stale-data", true)
        .also("slave-serve-stale-data")
        .without_effect(),
    special(Setting::replicaof, "replicaof", "")
        .also("slaveof")
        .with(kImmutable | kMultiArgument)
        .without_effect(),
    text(Setting::requirepass, "requirepass", "").with(kEmptyIsUnset | kSensitive),
    choice(Setting::sanitize_dump_payload, "sanitize-dump-payload", kSanitizing, "no").without_effect(),
    special(Setting::save, "save").with(kMultiArgument),
    text(Setting::server_cpulist, "server_cpulist", "").with(kEmptyIsUnset | kImmutable).without_effect(),
    integer(Setting::set_max_intset_entries, "set-max-intset-entries", 512, 0, kInt64Max),
    boolean(Setting::set_proc_title, "set-proc-title", true).with(kImmutable).without_effect(),
    choices(Setting::shutdown_on_sigint, "shutdown-on-sigint", kShutdownOptions, "default")
        .with(kMultiArgument),
    choices(Setting::shutdown_on_sigterm, "shutdown-on-sigterm", kShutdownOptions, "default")
        .with(kMultiArgument),
    integer(Setting::shutdown_timeout, "shutdown-timeout", 10, 0, kIntMax).without_effect(),
    integer(Setting::slowlog_log_slower_than, "slowlog-log-slower-than", 10000, -1, kInt64Max),
    integer(Setting::slowlog_max_len, "slowlog-max-len", 128, 0, kInt64Max),
    integer(Setting::socket_mark_id, "socket-mark-id", 0, 0, kUint32Max).with(kImmutable).without_effect(),
    boolean(Setting::stop_writes_on_bgsave_error, "stop-writes-on-bgsave-error", true),
    memory(Setting::stream_node_max_bytes, "stream-node-max-bytes", 4096, 0, kInt64Max),
    integer(Setting::stream_node_max_entries, "stream-node-max-entries", 100, 0, kInt64Max),
    choice(Setting::supervised, "supervised", kSupervisors, "no").with(kImmutable).without_effect(),
    boolean(Setting::syslog_enabled, "syslog-enabled", false).with(kImmutable).without_effect(),
    choice(Setting::syslog_facility, "syslog-facility", kSyslogFacilities, "local0")
        .with(kImmutable)
        .without_effect(),
    text(Setting::syslog_ident, "syslog-ident", "redis").with(kImmutable).without_effect(),
    integer(Setting::tcp_backlog, "tcp-backlog", 511, 0, kIntMax).with(kImmutable),
    integer(Setting::tcp_keepalive, "tcp-keepalive", 300, 0, kIntMax),
    integer(Setting::timeout, "timeout", 0, 0, kIntMax),
    choice(Setting::tls_auth_clients, "tls-auth-clients", kTlsAuthentication, "yes"),
    text(Setting::tls_ca_cert_dir, "tls-ca-cert-dir", "").with(kEmptyIsUnset),
    text(Setting::tls_ca_cert_file, "tls-ca-cert-file", "").with(kEmptyIsUnset),
    text(Setting::tls_cert_file, "tls-cert-file", "").with(kEmptyIsUnset),
    text(Setting::tls_ciphers, "tls-ciphers", "").with(kEmptyIsUnset),
    text(Setting::tls_ciphersuites, "tls-ciphersuites", "").with(kEmptyIsUnset),
    text(Setting::tls_client_cert_file, "tls-client-cert-file", "").with(kEmptyIsUnset).without_effect(),
    text(Setting::tls_client_key_file, "tls-client-key-file", "").with(kEmptyIsUnset).without_effect(),
    text(Setting::tls_client_key_file_pass, "tls-client-key-file-pass", "")
        .with(kEmptyIsUnset)
        .without_effect(),
    boolean(Setting::tls_cluster, "tls-cluster", false),
    text(Setting::tls_dh_params_file, "tls-dh-params-file", "").with(kEmptyIsUnset),
    text(Setting::tls_key_file, "tls-key-file", "").with(kEmptyIsUnset),
    text(Setting::tls_key_file_pass, "tls-key-file-pass", "").with(kEmptyIsUnset),
    integer(Setting::tls_port, "tls-port", 0, 0, kPortMax),
    boolean(Setting::tls_prefer_server_ciphers, "tls-prefer-server-ciphers", false),
    text(Setting::tls_protocols, "tls-protocols", "").with(kEmptyIsUnset),
    boolean(Setting::tls_replication, "tls-replication", false),
    integer(Setting::tls_session_cache_size, "tls-session-cache-size", 20480, 0, kIntMax),
    integer(Setting::tls_session_cache_timeout, "tls-session-cache-timeout", 300, 0, kIntMax),
    boolean(Setting::tls_session_caching, "tls-session-caching", true),
    integer(Setting::tracking_table_max_keys, "tracking-table-max-keys", 1000000, 0, kInt64Max),
    text(Setting::unixsocket, "unixsocket", "").with(kEmptyIsUnset | kImmutable),
    octal(Setting::unixsocketperm, "unixsocketperm", 0, 0, 0777).with(kImmutable),
    boolean(Setting::use_exit_on_panic, "use-exit-on-panic", false).with(kHidden).without_effect(),
    integer(Setting::watchdog_period, "watchdog-period", 0, 0, kIntMax).with(kHidden).without_effect(),
    integer(Setting::zset_max_listpack_entries, "zset-max-listpack-entries", 128, 0, kInt64Max)
        .also("zset-max-ziplist-entries"),
    memory(Setting::zset_max_listpack_value, "zset-max-listpack-value", 64, 0, kInt64Max)
        .also("zset-max-ziplist-value"),
};

constexpr size_t count_names() {
  size_t count = 0;
  for (const auto& row : kRows) count += row.alias.empty() ? 1 : 2;
  return count;
}

constexpr auto kSettings = [] {
  std::array<SettingRow, kSettingCount> rows{};
  std::ranges::copy(kRows, rows.begin());
  return rows;
}();

constexpr auto kNames = [] {
  std::array<SettingName, count_names()> names{};
  size_t used = 0;
  for (const auto& row : kRows) {
    names[used++] = {row.name, row.setting, false};
    if (!row.alias.empty()) names[used++] = {row.alias, row.setting, true};
  }
  std::ranges::sort(names, {}, &SettingName::name);
  return names;
}();

constexpr bool rows_follow_the_enumeration() {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].setting != static_cast<Setting>(i)) return false;
    if (i > 0 && kRows[i].name <= kRows[i - 1].name) return false;
  }
  return std::size(kRows) == kSettingCount;
}
static_assert(rows_follow_the_enumeration());

}  // namespace

std::span<const SettingRow> setting_rows() {
  return kSettings;
}

const SettingRow& setting_row(Setting setting) {
  return kSettings[static_cast<size_t>(setting)];
}

std::span<const SettingName> setting_names() {
  return kNames;
}

const SettingName* find_setting(std::string_view name) {
  const std::string lower = to_lower(name);
  const auto found = std::ranges::lower_bound(kNames, std::string_view(lower), {}, &SettingName::name);
  return found != kNames.end() && found->name == lower ? &*found : nullptr;
}

}  // namespace redouble
