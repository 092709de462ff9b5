// What a call is given, as SQL: each kind takes the value and the call, { argument, tables, casing }, and quotes.
import { columnNamed, isColumn, isTable, nameOf, tableName } from './tables.js'

// As quote_literal has it.
export function literal(value) {
  const doubled = value.replaceAll("'", "''")
  return doubled.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

const identifier = (name) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

const element = (text) =>
  /^[^\s{},"\\]+$/.test(text) && !/^null$/i.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`

const array = (texts) => literal(`{${texts.map(element).join(',')}}`)

function mustBe(what, holds, { argument }, value) {
  if (!holds) throw new TypeError(`${argument} must be ${what}, and is ${shown(value)}`)
}

const shown = (value) => (typeof value === 'string' ? JSON.stringify(value) : typeof value)

export function text(value, call) {
  mustBe('a string', typeof value === 'string', call, value)
  return literal(value)
}

export function flag(value, call) {
  mustBe('true or false', typeof value === 'boolean', call, value)
  return String(value)
}

export function number(value, call) {
  mustBe('a whole number', Number.isSafeInteger(value), call, value)
  return String(value)
}

export function names(value, call) {
  mustBe('an array of strings', Array.isArray(value) && value.every((each) => typeof each === 'string'), call, value)
  return array(value)
}

export function json(value, call) {
  mustBe('an object', typeof value === 'object', call, value)
  return literal(JSON.stringify(value))
}

// A schema by its name, or as pgSchema makes it.
export const schema = (value, call) => text(value?.schemaName ?? value, call)

export function table(value, call) {
  mustBe('a table', isTable(value), call, value)
  const { schema, name } = tableName(value)
  return literal([schema, name].filter((part) => part !== undefined).map(identifier).join('.'))
}

export const column = (...owners) => (value, call) => literal(columnNamed(value, owners, call))

export const columns = (...owners) => (value, call) => {
  mustBe('an array of columns', Array.isArray(value), call, value)
  return array(value.map((each) => columnNamed(each, owners, call)))
}

export const formula = (own, settings) => (value, call) => literal(expression(value, { ...call, own, settings }))

// A list of 'column = expression', or an expression for each column.
export const formulas = (own, settings) => (value, call) => {
  mustBe('an object, or an array of strings', typeof value === 'object', call, value)
  const listed = Array.isArray(value) ? value : Object.entries(value).map(([key, each]) =>
    `${identifier(columnNamed(key, [own], call))} = ${expression(each, { ...call, own, settings })}`)
  return `ARRAY[${listed.map((each) => text(each, call)).join(', ')}]::text[]`
}

// Text as it is, or a template sql`…` of columns, whose names are put in.
function expression(value, call) {
  if (typeof value === 'string') return value
  mustBe('an expression', Array.isArray(value?.queryChunks), call, value)
  return value.queryChunks.map((chunk) => part(chunk, call)).join('')
}

function part(chunk, call) {
  if (Array.isArray(chunk?.queryChunks)) return expression(chunk, call)
  if (isColumn(chunk)) return columnOfFormula(chunk, call)
  if (Array.isArray(chunk?.value)) return chunk.value.join('')
  mustBe('an expression of columns and numbers', ['number', 'bigint'].includes(typeof chunk), call, chunk)
  return String(chunk)
}

function columnOfFormula(column, { argument, own, settings, tables, casing }) {
  const name = identifier(nameOf(column, casing))
  if (column.table === tables[own]) return name
  if (settings && column.table === tables[settings]) return `settings.${name}`
  throw new TypeError(`${argument}: column ${name} is of another table`)
}
