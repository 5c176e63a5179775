#!/usr/bin/env -S node --max-semi-space-size=64
// Nearly everything that a batch makes dies with it: room for that spares the collector from copying it about.
import '../../dist/deploy/cli/main.js'
