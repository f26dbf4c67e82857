#!/bin/sh
# A redis-server that is not quite itself: the suite has to notice, or it notices nothing.
exec redis-server "$@" --databases 12 --maxmemory-policy allkeys-lfu
