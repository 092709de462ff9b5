// The WebAssembly module, and how it is called: a request and its answer are JSON in its memory.
let instance
let bytes

/** What is wrong with a call, with the names that errors of PostgreSQL's drivers have. */
export class UpkeepError extends Error {
  constructor({ sqlstate, message, detail, hint }) {
    super(message)
    this.name = 'UpkeepError'
    this.code = sqlstate
    this.detail = detail
    this.hint = hint
  }
}

// The module asks for nothing but a way to write messages, and to end: it does neither.
const imports = () =>
  new Proxy({}, { get: () => new Proxy({}, { get: (_, name) => () => (name === 'proc_exit' ? fail() : 0) }) })

function fail() {
  throw new UpkeepError({ sqlstate: 'XX000', message: 'the module has ended', hint: 'Load it again.' })
}

function use(made) {
  instance = made
  instance.exports._initialize?.()
}

export function loadLater(read) {
  bytes = read
}

/** Loads the module where there are no files: from bytes, a response, or a module that a bundler has compiled. */
export async function load(source) {
  const from = await source
  if (from instanceof WebAssembly.Module) use(await WebAssembly.instantiate(from, imports()))
  else {
    const content = typeof Response !== 'undefined' && from instanceof Response ? await from.arrayBuffer() : from
    use((await WebAssembly.instantiate(content, imports())).instance)
  }
}

// A bigint is written as a string, which says it exactly; what JSON has no number for, too.
const asJson = (_, value) =>
  typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value

export function call(name, given) {
  if (!instance) {
    if (!bytes)
      throw new UpkeepError({
        sqlstate: '55000',
        message: 'the module of pg-upkeep is not loaded',
        hint: "Call await load(fetch(url)) first, with the URL of 'pg-upkeep/pg_upkeep.wasm'.",
      })
    use(new WebAssembly.Instance(new WebAssembly.Module(bytes()), imports()))
  }
  const { memory, upkeep_request: request, upkeep_call: run, upkeep_answer: answer } = instance.exports
  const asked = new TextEncoder().encode(JSON.stringify({ function: name, arguments: given }, asJson))
  const place = request(asked.length)
  new Uint8Array(memory.buffer, place, asked.length).set(asked)
  const size = run()
  const told = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, answer(), size)))
  if (told.error) throw new UpkeepError(told.error)
  return told.value
}
