// Where there are files: the module is read when it is first called.
import { readFileSync } from 'node:fs'
import { loadLater, UpkeepError } from './module.js'

loadLater(() => {
  try {
    return readFileSync(new URL('./pg_upkeep.wasm', import.meta.url))
  } catch (cause) {
    throw new UpkeepError({
      sqlstate: '55000',
      message: `the module of pg-upkeep cannot be read: ${cause.message}`,
      hint: 'A package that was made without it has no diagnosis: make wasm puts it in.',
    })
  }
})

export * from './index.js'
