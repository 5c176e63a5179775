#!/usr/bin/env node
import '../../dist/deploy/cli/main.js'
