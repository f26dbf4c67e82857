"""Cases whose streams are compared: what random commands do not come to. A line a command, words without spaces."""

CASES = [
    # Who waits is told of as if it had not waited, behind what it waited for.
    r"""
    @a BLPOP q 0
    RPUSH q 1 2
    @a BLMOVE q2 q3 LEFT RIGHT 0
    @b BRPOPLPUSH q3 q4 0
    RPUSH q2 9
    @a BLMPOP 0 1 w RIGHT COUNT 3
    @b BLMPOP 0 1 w RIGHT
    @c BLPOP w 0
    RPUSH w 1 2 3 4 5 6 7
    @a BZPOPMAX z 0
    @b BZMPOP 0 2 y z MIN COUNT 2
    ZADD z 1 a 2 b 3 c 4 d
    """,
    r"""
    XGROUP CREATE x g $ MKSTREAM
    @a XREADGROUP GROUP g c BLOCK 0 STREAMS x >
    @b XREADGROUP GROUP g d BLOCK 0 NOACK STREAMS x >
    XADD x 1-1 f v
    XADD x 1-2 f v
    """,
    # Transactions: one command alone stands alone, reading is not told, SELECT stands where it is needed.
    r"""
    MULTI
    RPUSH x 1
    SELECT 3
    SET y 1
    SELECT 0
    GET x
    EXEC
    MULTI
    SET only 1
    EXEC
    MULTI
    GET only
    EXEC
    @a BLPOP x2 0
    MULTI
    RPUSH x2 1 2
    SET z 1
    EXEC
    MULTI
    SET a b EX 100
    INCRBYFLOAT c 1.5
    SPOP none
    GETDEL a
    EXEC
    """,
    # Scripts are told by what they do.
    r"""
    EVAL redis.call('SET','a',1)redis.call('INCR','a') 0
    EVAL redis.call('SET','a',1) 0
    EVAL redis.call('SELECT',5)redis.call('SET','a',1) 0
    EVAL return(1) 0
    EVAL redis.call('SET','a',1)return(redis.call('LPUSH','a',1)) 0
    EVAL redis.call('PUBLISH','a',1) 0
    EVAL redis.call('SET','a','x','EX',100) 0
    EVAL redis.set_repl(redis.REPL_NONE)redis.call('SET','a',1)redis.call('PUBLISH','c',1) 0
    EVAL redis.set_repl(redis.REPL_AOF)redis.call('SET','a',1)redis.set_repl(redis.REPL_SLAVE)redis.call('SET','b',1) 0
    EVAL redis.call('SADD','s',1,2,3)redis.call('SPOP','s',9) 0
    FUNCTION LOAD #!lua\x20name=f\nredis.register_function('f',function(k)redis.call('SET',k[1],1)return(redis.call('SET',k[1],2))end)
    FCALL f 1 k
    FCALL_RO f 1 k
    FUNCTION DELETE f
    FUNCTION DELETE f
    """,
    # Keys that are over: told when they are met, in front of what met them.
    r"""
    DEBUG SET-ACTIVE-EXPIRE 0
    MSET k1 v k2 v k3 v k4 v k5 v k6 v k7 v k8 v
    PEXPIRE k1 1
    PEXPIRE k2 1
    PEXPIRE k3 1
    PEXPIRE k4 1
    PEXPIRE k5 1
    PEXPIRE k6 1
    PEXPIRE k7 1
    PEXPIRE k8 1
    DEBUG SLEEP 0.02
    GET k1
    SET k2 v
    DEL k3
    EXISTS k4
    INCR k4
    EVAL redis.call('GET','k5')redis.call('SET','k5',1) 0
    EVAL redis.set_repl(redis.REPL_NONE)redis.call('GET','k6')redis.call('SET','k6',1) 0
    MULTI
    GET k7
    EXEC
    CONFIG SET lazyfree-lazy-expire yes
    GET k8
    SET k v
    GETEX k EXAT 1
    SET k v
    EXPIRE k -1
    SADD s 1 2
    SPOP s 5
    CONFIG SET lazyfree-lazy-expire no
    DEBUG SET-ACTIVE-EXPIRE 1
    """,
    # One key is evicted (a write that is refused finds it gone), and by default replicas are told DEL.
    r"""
    SET k v
    CONFIG SET maxmemory-policy allkeys-random
    CONFIG SET maxmemory 1
    SET x 1
    CONFIG SET maxmemory 0
    SET k v
    CONFIG SET lazyfree-lazy-eviction yes
    CONFIG SET maxmemory 1
    CONFIG SET maxmemory 0
    CONFIG SET lazyfree-lazy-eviction no maxmemory-policy noeviction
    """,
    # What is told though it changes nothing, and what is not told.
    r"""
    FLUSHDB
    FLUSHALL SYNC
    FLUSHDB ASYNC
    SWAPDB 0 0
    SWAPDB 0 1
    PUBLISH c m
    SPUBLISH c m
    DEL none
    CONFIG SET maxmemory 0
    CLIENT SETNAME x
    SCRIPT LOAD return(1)
    SCRIPT FLUSH
    FUNCTION FLUSH
    ACL SETUSER u on
    ACL DELUSER u
    DEBUG POPULATE 3
    SAVE
    BGREWRITEAOF
    WAIT 0 0
    SUBSCRIBE c
    UNSUBSCRIBE
    """,
]
