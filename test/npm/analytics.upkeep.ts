// The custom migration of the shop analytics app.
import { sql } from 'drizzle-orm';
import { metrics, migration, updatedAt, updatedAtIn } from 'pg-upkeep/drizzle';
import { dailyRecords, productPresets, shopSettings, weeklyDiagnostics } from './analytics.js';

console.log(migration(
  updatedAtIn('public'),
  updatedAt(weeklyDiagnostics, { ignoreColumns: ['stale'] }),
  metrics(dailyRecords, null, { settings: shopSettings, onSettingsChange: 'recalculate' }),
  metrics(productPresets, {
    unitMargin: sql`${productPresets.sellPrice} - ${productPresets.cogs}`,
    marginRatio: sql`${productPresets.unitMargin} / ${productPresets.sellPrice}`,
  }),
));
