// Asks Prisma's own validator about every case here and writes expected.json: the lines of the
// errors that 6 and 7 report, each line once, in order. An empty list means accepted.
//
//   cd cases/invalid && npm ci && node record.mjs
//
// For 7 the lines `url`, `directUrl`, `shadowDatabaseUrl` are blanked first, as it refuses them.

import fs from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
// The validator reports its panics here before it throws.
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message() {} }
const validators = { 6: require('prisma-schema-wasm-6'), 7: require('prisma-schema-wasm-7') }
const connection = /^[ \t]*(url|directUrl|shadowDatabaseUrl)\s*=.*$/gm

const expected = {}
for (const file of fs.readdirSync('.').filter((name) => name.endsWith('.prisma')).sort()) {
  const text = fs.readFileSync(file, 'utf8')
  expected[file] = {}
  for (const [major, validator] of Object.entries(validators)) {
    const schema = major === '7' ? text.replace(connection, '') : text
    const found = JSON.parse(validator.lint(JSON.stringify([[file, schema]])))
    const lines = found.filter((one) => !one.is_warning).map((one) => schema.slice(0, one.start).split('\n').length)
    expected[file][major] = [...new Set(lines)].sort((a, b) => a - b)
  }
}
const entries = Object.entries(expected).map(([file, lines]) => `  ${JSON.stringify(file)}: ${JSON.stringify(lines)}`)
fs.writeFileSync('expected.json', `{\n${entries.join(',\n')}\n}\n`)
