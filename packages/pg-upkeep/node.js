// Where there are files: the module is read when it is first called.
import { readFileSync } from 'node:fs'
import { loadLater } from './module.js'

loadLater(() => readFileSync(new URL('./pg_upkeep.wasm', import.meta.url)))

export * from './index.js'
