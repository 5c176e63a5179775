#!/usr/bin/env -S UV_THREADPOOL_SIZE=16 node --max-semi-space-size=64
// Nearly everything that a batch makes dies with it: room for that spares the collector from copying it about.
// Every Kafka client waits for messages on a thread of the pool; beside several slices the disk must not wait for one.
import '../../dist/deploy/cli/main.js'
