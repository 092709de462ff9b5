export * from './functions.js'
export * from './shop.js'
export { sql, version } from './sql.js'
