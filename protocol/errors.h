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
inline constexpr Text invalid_cursor = "ERR invalid cursor";

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
inline constexpr Text limit_negative = "ERR LIMIT can't be negative";
inline constexpr Text numkeys_not_positive = "ERR numkeys should be greater than 0";
inline constexpr Text count_not_positive = "ERR count should be greater than 0";
inline constexpr Text draw_count_out_of_range =
    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";

inline constexpr Text geo_unit = "ERR unsupported unit provided. please use M, KM, FT, MI";
inline constexpr Text geo_radius = "ERR need numeric radius";
inline constexpr Text geo_radius_negative = "ERR radius cannot be negative";
inline constexpr Text geo_width = "ERR need numeric width";
inline constexpr Text geo_height = "ERR need numeric height";
inline constexpr Text geo_box_negative = "ERR height or width cannot be negative";
inline constexpr Text geo_no_member = "ERR could not decode requested zset member";
inline constexpr Text geo_count = "ERR COUNT must be > 0";
inline constexpr Text geo_any_without_count = "ERR the ANY argument requires COUNT argument";

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
inline constexpr Text not_a_dynamic_string = "ERR Not an sds encoded string.";
inline constexpr Text database_out_of_range = "ERR Out of range database";

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
inline constexpr Text oom = "OOM command not allowed when used memory > 'maxmemory'.";
inline constexpr Text unblocked_by_client = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

inline constexpr Text nested_multi = "ERR MULTI calls can not be nested";
inline constexpr Text exec_without_multi = "ERR EXEC without MULTI";
inline constexpr Text discard_without_multi = "ERR DISCARD without MULTI";
inline constexpr Text watch_in_multi = "ERR WATCH inside MULTI is not allowed";
inline constexpr Text exec_abort = "EXECABORT Transaction discarded because of previous errors.";
inline constexpr Text not_in_multi = "ERR Command not allowed inside a transaction";

}  // namespace redouble::err
