// Every fixed error text that a client can see, once, byte for byte as redis-server 7.0.15 writes it
// (without the leading '-'). Texts with parts to fill in are made with Call::fail where they arise.
#pragma once

#include <string_view>

namespace redouble::err {

using Text = std::string_view;

inline constexpr Text wrong_type = "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr Text syntax = "ERR syntax error";
inline constexpr Text not_an_integer = "ERR value is not an integer or out of range";
inline constexpr Text out_of_range = "ERR value is out of range";
inline constexpr Text must_be_positive = "ERR value is out of range, must be positive";
inline constexpr Text not_a_float = "ERR value is not a valid float";
inline constexpr Text incr_overflow = "ERR increment or decrement would overflow";
inline constexpr Text decr_overflow = "ERR decrement would overflow";
inline constexpr Text nan_or_infinity = "ERR increment would produce NaN or Infinity";
inline constexpr Text no_such_key = "ERR no such key";
inline constexpr Text same_object = "ERR source and destination objects are the same";
inline constexpr Text index_out_of_range = "ERR index out of range";
inline constexpr Text offset_out_of_range = "ERR offset is out of range";
inline constexpr Text string_too_long = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
inline constexpr Text invalid_db_index = "ERR invalid DB index";
inline constexpr Text db_index_out_of_range = "ERR DB index is out of range";
inline constexpr Text timeout_not_a_float = "ERR timeout is not a float or out of range";
inline constexpr Text timeout_not_an_integer = "ERR timeout is not an integer or out of range";
inline constexpr Text timeout_out_of_range = "ERR timeout is out of range";
inline constexpr Text timeout_negative = "ERR timeout is negative";
inline constexpr Text nx_with_others = "ERR NX and XX, GT or LT options at the same time are not compatible";
inline constexpr Text gt_with_lt = "ERR GT and LT options at the same time are not compatible";
inline constexpr Text not_an_int32 =
    "ERR value is out of range, value must between -2147483648 and 2147483647";
inline constexpr Text invalid_first_db = "ERR invalid first DB index";
inline constexpr Text invalid_second_db = "ERR invalid second DB index";
inline constexpr Text frequency_not_tracked =
    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when "
    "switching "
    "between policies at runtime LRU and LFU data will take some time to adjust.";
inline constexpr Text idle_time_not_tracked =
    "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between "
    "policies at runtime LRU and LFU data will take some time to adjust.";
inline constexpr Text lcs_needs_strings = "ERR The specified keys must contain string values";
inline constexpr Text lcs_length_or_indexes =
    "ERR If you want both the length and indexes, please just use IDX.";
inline constexpr Text lcs_too_long = "ERR String too long for LCS";
inline constexpr Text lcs_too_much_memory =
    "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len";
inline constexpr Text bad_bit_offset = "ERR bit offset is not an integer or out of range";
inline constexpr Text bad_bit = "ERR bit is not an integer or out of range";
inline constexpr Text bit_not_one_or_zero = "ERR The bit argument must be 1 or 0.";
inline constexpr Text bitop_not_of_one = "ERR BITOP NOT must be called with a single source key.";
inline constexpr Text bad_bitfield_type =
    "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";
inline constexpr Text bad_overflow = "ERR Invalid OVERFLOW type specified";
inline constexpr Text bitfield_ro_writes = "ERR BITFIELD_RO only supports the GET subcommand";

inline constexpr Text not_a_hyperloglog = "WRONGTYPE Key is not a valid HyperLogLog string value.";
inline constexpr Text corrupt_hyperloglog = "INVALIDOBJ Corrupted HLL object detected";
inline constexpr Text hll_not_sparse = "ERR HLL encoding is not sparse";
inline constexpr Text pfdebug_no_key = "ERR The specified key does not exist";
inline constexpr Text pfselftest_failed = "ERR TESTFAILED The parts of a HyperLogLog do not agree";

inline constexpr Text tracking_two_redirects = "ERR A client can only redirect to a single other client";
inline constexpr Text tracking_no_such_client = "ERR The client ID you want redirect to does not exist";
inline constexpr Text tracking_prefix_without_bcast = "ERR PREFIX option requires BCAST mode to be enabled";
inline constexpr Text tracking_switches_bcast =
    "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling "
    "it with a different mode.";
inline constexpr Text tracking_bcast_with_opt = "ERR OPTIN and OPTOUT are not compatible with BCAST";
inline constexpr Text tracking_optin_with_optout = "ERR You can't specify both OPTIN mode and OPTOUT mode";
inline constexpr Text tracking_switches_opt =
    "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling "
    "it with a different mode.";
inline constexpr Text caching_without_tracking =
    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode "
    "enabled";
inline constexpr Text caching_yes_without_optin =
    "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.";
inline constexpr Text caching_no_without_optout =
    "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.";

inline constexpr Text invalid_cursor = "ERR invalid cursor";

inline constexpr Text hash_value_not_an_integer = "ERR hash value is not an integer";
inline constexpr Text hash_value_not_a_float = "ERR hash value is not a float";
inline constexpr Text value_nan_or_infinity = "ERR value is NaN or Infinity";
inline constexpr Text draw_count_out_of_range =
    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";
inline constexpr Text too_many_keys = "ERR Number of keys can't be greater than number of args";
inline constexpr Text limit_negative = "ERR LIMIT can't be negative";
inline constexpr Text nx_with_xx = "ERR XX and NX options at the same time are not compatible";
inline constexpr Text gt_lt_or_nx = "ERR GT, LT, and/or NX options at the same time are not compatible";
inline constexpr Text incr_takes_one = "ERR INCR option supports a single increment-element pair";
inline constexpr Text score_is_nan = "ERR resulting score is not a number (NaN)";
inline constexpr Text score_range = "ERR min or max is not a float";
inline constexpr Text lex_range = "ERR min or max not valid string range item";
inline constexpr Text limit_needs_range =
    "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
inline constexpr Text scores_with_bylex =
    "ERR syntax error, WITHSCORES not supported in combination with BYLEX";
inline constexpr Text weight_not_a_float = "ERR weight value is not a float";
inline constexpr Text numkeys_not_positive = "ERR numkeys should be greater than 0";
inline constexpr Text count_not_positive = "ERR count should be greater than 0";

inline constexpr Text geo_unit = "ERR unsupported unit provided. please use M, KM, FT, MI";
inline constexpr Text geo_radius = "ERR need numeric radius";
inline constexpr Text geo_radius_negative = "ERR radius cannot be negative";
inline constexpr Text geo_width = "ERR need numeric width";
inline constexpr Text geo_height = "ERR need numeric height";
inline constexpr Text geo_box_negative = "ERR height or width cannot be negative";
inline constexpr Text upper_count_not_positive = "ERR COUNT must be > 0";
inline constexpr Text geo_no_member = "ERR could not decode requested zset member";
inline constexpr Text geo_any_without_count = "ERR the ANY argument requires COUNT argument";

inline constexpr Text invalid_stream_id = "ERR Invalid stream ID specified as stream command argument";
inline constexpr Text invalid_interval_start = "ERR invalid start ID for the interval";
inline constexpr Text invalid_interval_end = "ERR invalid end ID for the interval";
inline constexpr Text xadd_id_zero = "ERR The ID specified in XADD must be greater than 0-0";
inline constexpr Text xadd_id_too_small =
    "ERR The ID specified in XADD is equal or smaller than the target stream top item";
inline constexpr Text xadd_no_id_left =
    "ERR The stream has exhausted the last possible ID, unable to add more items";
inline constexpr Text xadd_too_large = "ERR Elements are too large to be stored";
inline constexpr Text maxlen_with_minid =
    "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";
inline constexpr Text trim_length_negative = "ERR The MAXLEN argument must be >= 0.";
inline constexpr Text trim_limit_negative = "ERR The LIMIT argument must be >= 0.";
inline constexpr Text limit_without_trimming =
    "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
inline constexpr Text limit_without_tilde =
    "ERR syntax error, LIMIT cannot be used without the special ~ option";
inline constexpr Text xtrim_without_strategy =
    "ERR syntax error, XTRIM must be called with a trimming strategy";
inline constexpr Text entries_added_negative = "ERR entries_added must be positive";
inline constexpr Text xsetid_below_given_deleted_id =
    "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id";
inline constexpr Text xsetid_below_top =
    "ERR The ID specified in XSETID is smaller than the target stream top item";
inline constexpr Text xsetid_below_length =
    "ERR The entries_added specified in XSETID is smaller than the target stream length";
inline constexpr Text xread_group =
    "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.";
inline constexpr Text xread_noack =
    "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.";
inline constexpr Text xread_unbalanced =
    "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.";
inline constexpr Text xreadgroup_without_group = "ERR Missing GROUP option for XREADGROUP";
inline constexpr Text xread_new_of_group =
    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.";
inline constexpr Text xreadgroup_last =
    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer "
    "by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty "
    "result set.";
inline constexpr Text group_is_gone =
    "NOGROUP the consumer group this client was blocked on no longer exists";
inline constexpr Text stream_is_gone = "UNBLOCKED the stream key no longer exists";
inline constexpr Text group_exists = "BUSYGROUP Consumer Group name already exists";
inline constexpr Text xgroup_without_key =
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the "
    "MKSTREAM option to create an empty stream automatically.";
inline constexpr Text entries_read_negative = "ERR value for ENTRIESREAD must be positive or -1";
inline constexpr Text xclaim_min_idle = "ERR Invalid min-idle-time argument for XCLAIM";
inline constexpr Text xclaim_idle = "ERR Invalid IDLE option argument for XCLAIM";
inline constexpr Text xclaim_time = "ERR Invalid TIME option argument for XCLAIM";
inline constexpr Text xclaim_retry_count = "ERR Invalid RETRYCOUNT option argument for XCLAIM";
inline constexpr Text xautoclaim_min_idle = "ERR Invalid min-idle-time argument for XAUTOCLAIM";
inline constexpr Text xautoclaim_no_memory =
    "ERR Insufficient memory, failed allocating transient memory, COUNT too high.";

inline constexpr Text invalid_command_specified = "ERR Invalid command specified";
inline constexpr Text no_key_arguments = "ERR The command has no key arguments";
inline constexpr Text invalid_number_of_arguments = "ERR Invalid number of arguments specified for command";
inline constexpr Text invalid_arguments_specified = "ERR Invalid arguments specified for command";

inline constexpr Text slowlog_count = "ERR count should be greater than or equal to -1";
inline constexpr Text no_shutdown = "ERR No shutdown in progress.";
inline constexpr Text resp2_not_supported = "ERR RESP2 is not supported by this command";
inline constexpr Text no_such_protocol_type =
    "ERR Wrong protocol type name. Please use one of the following: "
    "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false";
inline constexpr Text not_a_hash_table =
    "ERR The value stored at the specified key is not represented using an hash table";
inline constexpr Text packed_threshold =
    "ERR argument must be a memory value bigger than 1 and smaller than 4gb";
inline constexpr Text not_a_dynamic_string = "ERR Not an sds encoded string.";
inline constexpr Text database_out_of_range = "ERR Out of range database";

inline constexpr Text busy_key = "BUSYKEY Target key name already exists.";
inline constexpr Text bad_idle_time = "ERR Invalid IDLETIME value, must be >= 0";
inline constexpr Text bad_frequency = "ERR Invalid FREQ value, must be >= 0 and <= 255";
inline constexpr Text bad_ttl = "ERR Invalid TTL value, must be >= 0";
inline constexpr Text bad_payload_footer = "ERR DUMP payload version or checksum are wrong";
inline constexpr Text bad_payload = "ERR Bad data format";
inline constexpr Text migrate_key_with_keys =
    "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string";
inline constexpr Text no_target = "IOERR error or timeout connecting to the client";
inline constexpr Text not_saved = "ERR";
inline constexpr Text not_reloaded = "ERR Error trying to load the RDB dump, check server logs.";
inline constexpr Text reload_options =
    "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.";
inline constexpr Text shutdown_failed = "ERR Errors trying to SHUTDOWN. Check logs.";
inline constexpr Text no_replicas = "NOREPLICAS Not enough good replicas to write.";
inline constexpr Text cannot_persist =
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. "
    "Commands that may modify the data set are disabled, because this instance is configured to report "
    "errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the "
    "Redis logs for details about the RDB error.";

inline constexpr Text no_auth = "NOAUTH Authentication required.";
inline constexpr Text wrong_password = "WRONGPASS invalid username-password pair or user is disabled.";
inline constexpr Text no_password_set =
    "ERR AUTH <password> called without any password configured for the default user. Are you sure your "
    "configuration is correct?";
inline constexpr Text no_protocol = "NOPROTO unsupported protocol version";
inline constexpr Text bad_protocol_version = "ERR Protocol version is not an integer or out of range";
inline constexpr Text hello_without_auth =
    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> "
    "<pass> "
    "option can be used to authenticate the client and select the RESP protocol version at the same time";
inline constexpr Text bad_client_name =
    "ERR Client names cannot contain spaces, newlines or special characters.";
inline constexpr Text bad_client_id = "ERR Invalid client ID";
inline constexpr Text client_id_not_positive = "ERR client-id should be greater than 0";
inline constexpr Text no_such_client = "ERR No such client";
inline constexpr Text pause_mode = "ERR CLIENT PAUSE mode must be WRITE or ALL";
inline constexpr Text unblock_reason = "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR";
inline constexpr Text monitor_without_keys = "ERR Replica can't interact with the keyspace";
inline constexpr Text monitor_not_here = "ERR MONITOR isn't allowed for DENY BLOCKING client";
// redouble's own: redis-server ends its process instead.
inline constexpr Text no_memory =
    "OOM The server is out of memory: the command was not done, or not to its end";
inline constexpr Text oom = "OOM command not allowed when used memory > 'maxmemory'.";
inline constexpr Text unblocked_by_client = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

inline constexpr Text default_user_stays = "ERR The 'default' user cannot be removed";
inline constexpr Text genpass_bits =
    "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
    "4096";
inline constexpr Text no_acl_file =
    "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL "
    "SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in "
    "order to store users in the Redis configuration.";
inline constexpr Text acl_save_failed =
    "ERR There was an error trying to save the ACLs. Please check the server logs for more information";

inline constexpr Text sort_not_numbers = "ERR One or more scores can't be converted into double";

inline constexpr Text no_cluster = "ERR This instance has cluster support disabled";
inline constexpr Text invalid_master_port = "ERR Invalid master port";
inline constexpr Text failover_timeout = "ERR FAILOVER timeout must be greater than 0";
inline constexpr Text no_failover = "ERR No failover in progress.";
inline constexpr Text failover_without_replicas = "ERR FAILOVER requires connected replicas.";
inline constexpr Text sync_with_pending_output = "ERR SYNC and PSYNC are invalid with pending output";
inline constexpr Text sync_filtered_without_eof = "ERR Filtered replica requires EOF capability";
inline constexpr Text psync_failover = "ERR PSYNC FAILOVER can't be sent to a master.";
inline constexpr Text rdb_only_range = "ERR value is out of range, value must between 0 and 1";
inline constexpr Text no_rdb_filter_values = "ERR Missing rdb-filter-only values";
inline constexpr Text module_not_loaded = "ERR Error loading the extension. Please check the server logs.";
inline constexpr Text no_such_module = "ERR Error unloading module: no such module with that name";
// Our own: what redouble cannot do.
inline constexpr Text no_replication =
    "ERR redouble does not replicate: it cannot become a replica of another server";
inline constexpr Text no_handover =
    "ERR redouble does not hand over: it cannot become a replica of its own replica";
inline constexpr Text sync_by_program =
    "ERR redouble sends its stream of changes to connections, not to callers in the same program";

inline constexpr Text oom_without_flag =
    "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'";
inline constexpr Text script_cannot_persist =
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. "
    "Writable scripts are blocked. Use 'no-writes' flag for read only scripts.";
inline constexpr Text busy_script =
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
inline constexpr Text busy_function =
    "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
inline constexpr Text no_script = "NOSCRIPT No matching script. Please use EVAL.";
inline constexpr Text no_script_running = "NOTBUSY No scripts in execution right now.";
inline constexpr Text unkillable =
    "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait "
    "the "
    "script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";
inline constexpr Text negative_keys = "ERR Number of keys can't be negative";
inline constexpr Text function_not_found = "ERR Function not found";
inline constexpr Text library_not_found = "ERR Library not found";
inline constexpr Text function_flush_mode = "ERR FUNCTION FLUSH only supports SYNC|ASYNC option";
inline constexpr Text script_flush_mode = "ERR SCRIPT FLUSH only support SYNC|ASYNC option";
inline constexpr Text library_name_missing = "ERR library name argument was not given";
inline constexpr Text restore_policy =
    "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.";
inline constexpr Text bad_key_count = "ERR Bad number of keys provided";
inline constexpr Text writes_by_read_only =
    "ERR Can not execute a script with write flag using *_ro command.";
inline constexpr Text no_debugger = "ERR redouble has no debugger for scripts";
inline constexpr Text script_debug_mode = "ERR Use SCRIPT DEBUG YES/SYNC/NO";
inline constexpr Text unknown_from_script = "ERR Unknown Redis command called from script";
inline constexpr Text arity_from_script = "ERR Wrong number of args calling Redis command from script";
inline constexpr Text denied_from_script = "ERR This Redis command is not allowed from script";
inline constexpr Text script_user_command =
    "ERR The user executing the script can't run this command or subcommand";
inline constexpr Text script_user_key =
    "ERR The user executing the script can't access at least one of the keys mentioned in the command "
    "arguments";
inline constexpr Text script_user_channel =
    "ERR The user executing the script can't publish to the channel mentioned in the command";
inline constexpr Text write_from_read_only = "ERR Write commands are not allowed from read-only scripts.";
inline constexpr Text script_out_of_memory = "ERR not enough memory";
inline constexpr Text lua_stack_limit = "ERR reached lua stack limit";
inline constexpr Text library_name_letters =
    "ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one "
    "character long";
inline constexpr Text old_function_format = "ERR Pre-GA function format not supported";
inline constexpr Text not_a_function = "ERR given type is not a function";
inline constexpr Text broken_function_payload = "ERR Failed loading library data";

inline constexpr Text nested_multi = "ERR MULTI calls can not be nested";
inline constexpr Text exec_without_multi = "ERR EXEC without MULTI";
inline constexpr Text discard_without_multi = "ERR DISCARD without MULTI";
inline constexpr Text watch_in_multi = "ERR WATCH inside MULTI is not allowed";
inline constexpr Text exec_abort = "EXECABORT Transaction discarded because of previous errors.";
inline constexpr Text not_in_multi = "ERR Command not allowed inside a transaction";

inline constexpr Text rank_is_zero =
    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to "
    "start from the end of the list";
inline constexpr Text count_negative = "ERR COUNT can't be negative";
inline constexpr Text maxlen_negative = "ERR MAXLEN can't be negative";

}  // namespace redouble::err
