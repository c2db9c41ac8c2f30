// Asks Prisma's own formatter about every case here and writes its answer beside the case, as
// NAME.formatted.
//
//   (cd cases/invalid && npm ci) && cd cases/format && node record.mjs

import fs from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../invalid/', import.meta.url))
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message() {} }
const formatter = require('prisma-schema-wasm-7')
const options = JSON.stringify({
  textDocument: { uri: 'file:/schema.prisma' },
  options: { tabSize: 2, insertSpaces: true },
})
for (const file of fs.readdirSync('.').filter((name) => name.endsWith('.prisma'))) {
  const answer = formatter.format(JSON.stringify([[file, fs.readFileSync(file, 'utf8')]]), options)
  fs.writeFileSync(file.replace(/\.prisma$/, '.formatted'), JSON.parse(answer)[0][1])
}
