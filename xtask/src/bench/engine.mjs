// Times the real schema engine inside one warm process: nothing, or the version before, → schema, as a script.
// Called by `cargo xtask bench engine`: node engine.mjs LIBRARY, the questions as JSON on standard
// input: [{ schema, major, rounds, before, files: [{ path, content }] }]; `before` is files, or null.

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const { withEngine, stripDatasourceUrls, EMPTY_SCHEMA, NO_FILTER } =
  await import(pathToFileURL(process.argv[2]).href)

const answers = []
for (const { schema, major, rounds, before, files: written } of JSON.parse(readFileSync(0, 'utf8'))) {
  const read = (files) => (major >= 7 ? stripDatasourceUrls(files) : files)
  const question = {
    from: before ? { tag: 'schemaDatamodel', files: read(before) } : { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: read(written) },
    script: true, exitCode: null, shadowDatabaseUrl: null, filters: NO_FILTER,
  }
  const nanoseconds = []
  let bytes = 0
  await withEngine({ major, files: EMPTY_SCHEMA(major) }, async (engine) => {
    for (let round = 0; round < rounds + 3; round++) {
      const began = process.hrtime.bigint()
      const { stdout } = await engine.diff(question)
      const took = process.hrtime.bigint() - began
      bytes = Buffer.byteLength(stdout)
      if (round >= 3) nanoseconds.push(Number(took))
    }
  })
  answers.push({ schema, bytes, nanoseconds })
}
console.log(JSON.stringify({ schemas: answers }))
