// The functions upkeep.enable_… as statements of a custom migration, typed by Drizzle's own tables.
import type { Column, SQL, Table } from 'drizzle-orm'

type Columns<T extends Table> = T['_']['columns']
type Key<T extends Table> = Extract<keyof Columns<T>, string>

/** A column of a table: its name in the schema file, or the column itself. */
export type ColumnOf<T extends Table> = Key<T> | Columns<T>[Key<T>]
/** A column that both tables have by the same name in the database. Without a second table, one of the first. */
export type ColumnOfBoth<A extends Table, B extends Table> = [B] extends [never]
  ? ColumnOf<A>
  : (Key<A> & Key<B>) | Columns<A>[Key<A>] | Columns<B>[Key<B>]

/** What upkeep reads as a formula: text, which names columns as the database does, or a template sql`…` of columns. */
export type Formula = string | SQL
/** A formula for each column, or a list of 'column = formula'. */
export type Formulas<T extends Table> = { [K in Key<T>]?: Formula } | readonly string[]

type LabelOf<T extends Table, C> = C extends Key<T>
  ? Extract<Columns<T>[C]['_']['data'], string>
  : C extends Column
    ? Extract<C['_']['data'], string>
    : string
/** A label of the status column: of its enum, where it has one. */
type Label<T extends Table, C> = [LabelOf<T, C>] extends [never] ? string : LabelOf<T, C>

export interface UpdatedAtOptions<T extends Table> {
  /** updated_at where it is left out. */
  columnName?: ColumnOf<T>
  /** A change of these alone is not stamped. */
  ignoreColumns?: ColumnOf<T>[]
  clock?: 'transaction' | 'statement' | 'clock'
  explicit?: 'ignore' | 'respect' | 'reject'
  /** They keep their first value: created_at, or what is called like it, where this is left out. */
  protectColumns?: ColumnOf<T>[] | null
  versionColumn?: ColumnOf<T>
  timezone?: 'utc' | 'session'
}

/** Columns as the database calls them. */
export interface UpdatedAtInOptions {
  columnName?: string
  protectColumns?: string[] | null
}

export interface TouchOptions {
  /** The name of the constraint, where the child has several to the parent. */
  foreignKey?: string
}

export interface MetricsOptions<T extends Table, S extends Table> {
  settings?: S
  /** shop_id where it is left out. */
  settingsKey?: ColumnOfBoth<T, S>
  settingsFrom?: ColumnOf<S>
  /** record_date where it is left out. */
  dateColumn?: ColumnOf<T>
  onSettingsChange?: 'keep' | 'recalculate'
  onOverflow?: 'null' | 'error'
  touchUpdatedAt?: boolean
}

export interface OrderSnapshotsOptions<I extends Table, P extends Table> {
  productColumn?: ColumnOf<I>
  productKey?: ColumnOf<P>
  orderColumn?: ColumnOf<I>
  priceColumn?: ColumnOf<I>
  productPrice?: ColumnOf<P>
  snapshotColumn?: ColumnOf<I>
  snapshotFields?: ColumnOf<P>[]
  activeColumn?: ColumnOf<P>
  mode?: 'verify' | 'enforce' | 'fill'
  tenantColumn?: ColumnOfBoth<I, P>
  returnsColumn?: ColumnOf<I>
  quantityColumn?: ColumnOf<I>
}

export interface OrderTotalsOptions<O extends Table, I extends Table> {
  orderColumn?: ColumnOf<I>
  orderKey?: ColumnOf<O>
  totalColumn?: ColumnOf<O>
  quantityColumn?: ColumnOf<I>
  priceColumn?: ColumnOf<I>
  tenantColumn?: ColumnOfBoth<O, I>
  /** Over columns of the line. */
  lineFormula?: Formula
  /** Over "lines" and columns of the order. */
  totalFormula?: Formula
  linesColumn?: ColumnOf<O>
  currencyColumn?: ColumnOfBoth<O, I>
}

export interface OrderLockOptions<O extends Table, I extends Table, S> {
  orderColumn?: ColumnOf<I>
  orderKey?: ColumnOf<O>
  paidColumn?: ColumnOf<O>
  statusColumn?: S
  lockedStatuses?: Label<O, S>[]
  frozenColumns?: ColumnOf<O>[]
  tenantColumn?: ColumnOfBoth<O, I>
  openColumns?: ColumnOf<I>[]
  correctRole?: string
}

export interface OrderStatusOptions<O extends Table, S> {
  statusColumn?: S
  paidStatus?: Label<O, S>
  paidColumn?: ColumnOf<O>
  tenantColumn?: ColumnOf<O>
}

export interface OrderNumberOptions<O extends Table> {
  columnName?: ColumnOf<O>
  prefix?: string
  digits?: number
  tenantColumn?: ColumnOf<O>
  perTenant?: boolean
  gapless?: boolean
}

export interface OrderRefundsOptions<R extends Table, O extends Table, I extends Table> {
  /** In refunds and in the lines. */
  orderColumn?: ColumnOfBoth<R, I>
  lineColumn?: ColumnOf<R>
  quantityColumn?: ColumnOf<R>
  amountColumn?: ColumnOf<R>
  restockColumn?: ColumnOf<R>
  refundedColumn?: ColumnOf<O>
  refundedQuantityColumn?: ColumnOf<I>
  orderKey?: ColumnOf<O>
  lineKey?: ColumnOf<I>
  /** In all three tables. */
  tenantColumn?: ColumnOfBoth<R, O>
}

export interface StockOptions<I extends Table, P extends Table, O extends Table, S> {
  stockColumn?: ColumnOf<P>
  productColumn?: ColumnOf<I>
  productKey?: ColumnOf<P>
  quantityColumn?: ColumnOf<I>
  orders?: O
  orderColumn?: ColumnOf<I>
  orderKey?: ColumnOf<O>
  statusColumn?: S
  released?: Label<O, S>[]
  takenColumn?: ColumnOf<I>
  tenantColumn?: ColumnOfBoth<I, P>
  opening?: 'settled' | 'reserve'
}

/** Each returns the statement SELECT upkeep.enable_…; what is left out has its default. */
export interface Calls {
  updatedAt<T extends Table>(target: T, options?: UpdatedAtOptions<T>): string
  /** For every table of the schema that has the column. */
  updatedAtIn(schema: string | { schemaName: string }, options?: UpdatedAtInOptions): string
  touch(child: Table, parent: Table, options?: TouchOptions): string
  /** Without formulas, those of the commerce set that the table has the columns for. */
  metrics<T extends Table, S extends Table = never>(
    target: T, formulas?: Formulas<NoInfer<T>> | null, options?: MetricsOptions<NoInfer<T>, S>): string
  orderSnapshots<I extends Table, P extends Table>(
    orderItems: I, products: P, options?: OrderSnapshotsOptions<NoInfer<I>, NoInfer<P>>): string
  orderTotals<O extends Table, I extends Table>(
    orders: O, orderItems: I, options?: OrderTotalsOptions<NoInfer<O>, NoInfer<I>>): string
  orderLock<O extends Table, I extends Table, S extends ColumnOf<O> = 'status' & ColumnOf<O>>(
    orders: O, orderItems: I, options?: OrderLockOptions<NoInfer<O>, NoInfer<I>, S>): string
  orderStatus<O extends Table, S extends ColumnOf<O> = 'status' & ColumnOf<O>>(
    orders: O,
    transitions: { [from in Label<O, S>]?: readonly Label<O, S>[] },
    options?: OrderStatusOptions<NoInfer<O>, S>,
  ): string
  orderNumber<O extends Table>(orders: O, options?: OrderNumberOptions<NoInfer<O>>): string
  orderRefunds<R extends Table, O extends Table, I extends Table>(
    refunds: R, orders: O, orderItems: I, options?: OrderRefundsOptions<NoInfer<R>, NoInfer<O>, NoInfer<I>>): string
  stock<I extends Table, P extends Table, O extends Table = never, S extends ColumnOf<O> = 'status' & ColumnOf<O>>(
    orderItems: I, products: P, options?: StockOptions<NoInfer<I>, NoInfer<P>, O, S>): string
}

export const updatedAt: Calls['updatedAt']
export const updatedAtIn: Calls['updatedAtIn']
export const touch: Calls['touch']
export const metrics: Calls['metrics']
export const orderSnapshots: Calls['orderSnapshots']
export const orderTotals: Calls['orderTotals']
export const orderLock: Calls['orderLock']
export const orderStatus: Calls['orderStatus']
export const orderNumber: Calls['orderNumber']
export const orderRefunds: Calls['orderRefunds']
export const stock: Calls['stock']

/** The same, for a connection with this casing: it names the columns that have no name of their own. */
export function inCasing(casing: 'snake_case' | 'camelCase'): Calls

/** Statements as the text of a migration, with Drizzle's breakpoints between them. */
export function migration(...statements: (string | string[])[]): string
