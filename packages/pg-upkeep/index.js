export * from './functions.js'
export * from './shop.js'
