// ACL is being written on the branch `server` (worktree /work/wt/server) by another engineer.
// Do not start it here: end after bitmaps, HyperLogLog and client-side caching.
