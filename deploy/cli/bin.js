#!/usr/bin/env -S UV_THREADPOOL_SIZE=16 MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=4194304 node --max-semi-space-size=64
// Nearly everything that a batch makes dies with it: room for that spares the collector from copying it about.
// Every Kafka client waits for messages on a thread of the pool; beside several slices the disk must not wait for one.
// Batches are large and made on many threads. glibc would keep the room of each for its thread and cut it into pieces: a fifth
// more memory after 290,000 settlements, for no gain in speed.
import '../../dist/deploy/cli/main.js'
