// What Drizzle's tables and columns are called in the database. Nothing of drizzle-orm is loaded: it keeps this under
// symbols of the registry, so that packages can read it.
const [drizzleName, drizzleSchema, drizzleColumns] =
  ['Name', 'Schema', 'Columns'].map((each) => Symbol.for(`drizzle:${each}`))

export const isTable = (value) => typeof value === 'object' && value !== null && drizzleColumns in value
export const isColumn = (value) => isTable(value?.table) && typeof value.name === 'string'

export const tableName = (table) => ({ schema: table[drizzleSchema], name: table[drizzleName] })

// As drizzle-orm/casing has them.
const words = (name) => name.replace(/['\u2019]/g, '').match(/[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g) ?? []
const capital = (word) => word[0].toUpperCase() + word.slice(1)
export const casings = {
  snake_case: (name) => words(name).map((word) => word.toLowerCase()).join('_'),
  camelCase: (name) => words(name).map((word, at) => (at === 0 ? word.toLowerCase() : capital(word))).join(''),
}

// A column without a name of its own is called as its property, in the casing of the connection.
export const nameOf = (column, casing) => (column.keyAsName && casing ? casing(column.name) : column.name)

// The name of a column that is given as the property, or as the column itself, of one of the tables that are there.
export function columnNamed(value, owners, { argument, tables, casing }) {
  const there = owners.map((owner) => tables[owner]).filter(Boolean)
  const found = isColumn(value) ? there.includes(value.table) && value
    : there.map((table) => table[drizzleColumns]).find((all) => Object.hasOwn(all, value))?.[value]
  const name = found ? nameOf(found, casing) : value.name ?? value
  const lacking = found ? there.filter((table) => !hasColumn(table, name, casing)) : there
  if (!found || lacking.length > 0) throw new TypeError(`${argument}: ${whoHas(lacking)} no column ${name}`)
  return name
}

const hasColumn = (table, name, casing) =>
  Object.values(table[drizzleColumns]).some((column) => nameOf(column, casing) === name)

function whoHas(tables) {
  if (tables.length === 0) return 'there is'
  return `${tables.map((table) => tableName(table).name).join(' and ')} ${tables.length === 1 ? 'has' : 'have'}`
}
