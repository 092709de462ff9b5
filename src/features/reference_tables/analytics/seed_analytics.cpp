// upkeep.seed_analytics: shops of three currencies, their days and what stands beside these. A day is made from the top
// of the funnel: ad spend brings leads, leads order, orders bring revenue. What looks random is a hash of the row's
// number, so that the same call gives the same rows.
#include "features/reference_tables/seed.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::reference_tables {

using pg::fragment;
using pg::sql;

namespace {

constexpr const char *analytics_tables[] = {
    "users",        "shops",         "shop_settings",   "daily_records", "weekly_diagnostics",
    "action_items", "monthly_goals", "product_presets", "ad_decisions",  "growth_simulations"};

enum seed_kind { user_id = 100, shop_id, setting_id, record_id, goal_id, preset_id, decision_id, simulation_id };

class analytics_seed {
public:
  analytics_seed(const std::string &name, std::int32_t shops, std::int32_t days, const pg::parameter &today)
      : schema(require_empty_tables(name, analytics_tables, "upkeep.create_analytics")), shops(seed_number(shops)),
        days(seed_number(days)), today(today) {}

  void fill() const {
    write_users();
    write_shops();
    write_settings();
    write_records();
    write_goals();
    write_presets();
    write_decisions();
    write_simulations();
  }

private:
  // $1: how many
  void write_users() const {
    run(sql(R"sql(
    INSERT INTO {schema}.users (id, external_id, email)
    SELECT {id}, 'user-' || n, 'owner' || n || '@example.com' FROM generate_series(1, ($1 + 1) / 2) n ORDER BY n
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n", user_id)),
        {shops});
  }

  // $1: how many
  void write_shops() const {
    run(sql(R"sql(
    INSERT INTO {schema}.shops (id, owner_id, name, timezone, currency)
    SELECT {shop}, {user},
           (ARRAY['Lotus', 'North', 'Harbour', 'Bamboo', 'Linden', 'Maple', 'River'])[1 + (n - 1) % 7] || ' '
             || (ARRAY['Ceramics', 'Coffee', 'Outdoor', 'Skincare', 'Toys', 'Tea', 'Books', 'Garden'])[1 + (n - 1) % 8]
             || CASE WHEN n > 56 THEN ' ' || 1 + (n - 1) / 56 ELSE '' END,
           (ARRAY['Asia/Ho_Chi_Minh', 'Europe/Berlin', 'America/New_York'])[1 + (n - 1) % 3],
           (ARRAY['VND', 'EUR', 'USD'])[1 + (n - 1) % 3]
      FROM generate_series(1, $1) n ORDER BY n
  )sql",
            "schema"_is = schema, "shop"_is = seed_id("n", shop_id), "user"_is = seed_id("(n + 1) / 2", user_id)),
        {shops});
  }

  // What a shop is like; `unit` is what an amount of 100 in a large currency is in the smallest unit of its own.
  // $1: how many
  static fragment traits() {
    return sql(R"sql(
    SELECT n, {shop} AS shop, (n - 1) % 6 AS problem, unit, (2.6 + b % 60 / 100.0) * unit AS spend,
           0.4 * unit AS order_value, 0.010 * unit AS lead_cost,
           0.085 + c % 30 / 1000.0 AS conversion, 0.38 + d % 13 / 100.0 AS cogs
      FROM generate_series(1, $1) n,
           LATERAL (SELECT (ARRAY[2500000, 10000, 10000])[1 + (n - 1) % 3] AS unit,
                           hashint8extended(n, 71) & 2147483647 AS b, hashint8extended(n, 72) & 2147483647 AS c,
                           hashint8extended(n, 73) & 2147483647 AS d) h
  )sql",
               "shop"_is = seed_id("n", shop_id));
  }

  void write_settings() const {
    run(sql(R"sql(
    INSERT INTO {schema}.shop_settings (id, shop_id, cogs_ratio, desired_net_margin, target_roas, target_cpa)
    SELECT {id}, shop, cogs, 0.1, 2.2, round(0.16 * unit) FROM ({traits}) t ORDER BY n
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n", setting_id), "traits"_is = traits()),
        {shops});
  }

  // In the last closed week a shop has the problem of its number: 1 orders, 2 leads, 3 ad spend that brings nothing,
  // 4 small orders, 5 days that are missing and one without orders; 0 has none.
  // $1: how many shops, $2: how many days, $3: today
  void write_records() const {
    run(sql(R"sql(
    INSERT INTO {schema}.daily_records (id, shop_id, record_date, orders, revenue, ad_spend, leads)
    SELECT {id}, shop, day, orders, round(orders * order_value * CASE WHEN problem = 4 AND late THEN 0.7 ELSE 1 END
                                          * (0.97 + e % 61 / 1000.0)), round(spent), leads
      FROM ({traits}) t
     CROSS JOIN LATERAL (SELECT k, $3 - 1 - k AS day, $3 - 1 - k >= date_trunc('week', $3::timestamp)::date - 7 AS late,
                                extract(isodow FROM $3 - 1 - k)::integer AS weekday, n::bigint * 1000003 + k AS number
                           FROM generate_series(0, $2 - 1) k) days
     CROSS JOIN LATERAL (SELECT hashint8extended(number, 81) & 2147483647 AS b,
                                hashint8extended(number, 82) & 2147483647 AS c,
                                hashint8extended(number, 83) & 2147483647 AS d,
                                hashint8extended(number, 84) & 2147483647 AS e) h
     CROSS JOIN LATERAL (SELECT spend * (ARRAY[0.95, 0.92, 0.96, 1.00, 1.08, 1.15, 0.94])[weekday]
                                  * (1.1 - 0.1 * k / $2) * (0.96 + b % 81 / 1000.0)
                                  * CASE WHEN problem = 3 AND late THEN 2.2 ELSE 1 END AS spent) s
     CROSS JOIN LATERAL (SELECT CASE WHEN problem = 5 AND late AND weekday = 3 THEN 0
                                     ELSE round(spent / lead_cost * (0.96 + c % 81 / 1000.0)
                                                * CASE WHEN NOT late THEN 1 WHEN problem = 2 THEN 0.55
                                                       WHEN problem = 3 THEN 0.5 ELSE 1 END) END::integer AS leads) l
     CROSS JOIN LATERAL (SELECT round(leads * conversion * (0.96 + d % 81 / 1000.0)
                                      * CASE WHEN problem = 1 AND late THEN 0.6 ELSE 1 END)::integer AS orders) o
     WHERE NOT (problem = 5 AND late AND weekday IN (4, 5))
     ORDER BY n, day
  )sql",
            "schema"_is = schema, "id"_is = seed_id("number", record_id), "traits"_is = traits()),
        {shops, days, today});
  }

  // Of the month of today and the one before. $1: how many shops, $2: today
  void write_goals() const {
    run(sql(R"sql(
    INSERT INTO {schema}.monthly_goals (id, shop_id, month, revenue_target, profit_target)
    SELECT {id}, shop, (date_trunc('month', $2::timestamp) - k * interval '1 month')::date, round(300 * unit, -3),
           round(55 * unit, -3)
      FROM ({traits}) t, generate_series(0, 1) k ORDER BY n, k DESC
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n * 2 + k", goal_id), "traits"_is = traits()),
        {shops, today});
  }

  // $1: how many shops
  void write_presets() const {
    run(sql(R"sql(
    INSERT INTO {schema}.product_presets (id, shop_id, name, sell_price, cogs)
    SELECT {id}, shop, (ARRAY['Starter set', 'Bestseller', 'Gift box'])[k], price, round(price * cogs)
      FROM ({traits}) t, generate_series(1, 3) k, LATERAL (SELECT round(unit * (ARRAY[0.25, 0.4, 0.9])[k]) AS price) p
     ORDER BY n, k
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n * 4 + k", preset_id), "traits"_is = traits()),
        {shops});
  }

  // One that goes well, one that pays for itself, one that does not and one that began yesterday; what is decided is
  // the trigger's. $1: how many shops, $2: today
  void write_decisions() const {
    run(sql(R"sql(
    INSERT INTO {schema}.ad_decisions (id, shop_id, campaign, decided_on, spend, orders, revenue, leads, impressions,
                                       clicks, age_days, aov)
    SELECT {id}, shop, (ARRAY['Spring sale', 'Retargeting', 'New visitors', 'Video test'])[k], $2 - (4 - k),
           round(spent), orders, round(orders * order_value), orders * 12, orders * 2400 + 1500, orders * 60 + 30,
           (ARRAY[21, 14, 10, 1])[k], round(order_value)
      FROM ({traits}) t, generate_series(1, 4) k,
           LATERAL (SELECT spend * (ARRAY[2.0, 1.5, 1.2, 0.1])[k] AS spent, (ARRAY[70, 24, 3, 0])[k] AS orders) a
     ORDER BY n, k
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n * 4 + k", decision_id), "traits"_is = traits()),
        {shops, today});
  }

  // From the last four weeks, a quarter more. $1: how many shops, $2: today
  void write_simulations() const {
    run(sql(R"sql(
    INSERT INTO {schema}.growth_simulations (id, shop_id, simulated_on, target_revenue, revenue, ad_spend, leads,
                                             orders)
    SELECT {id}, shop, $2, round(sum(r.revenue) * 1.25), sum(r.revenue), sum(r.ad_spend), sum(r.leads), sum(r.orders)
      FROM ({traits}) t JOIN {schema}.daily_records r ON r.shop_id = shop AND r.record_date >= $2 - 28
     GROUP BY n, shop ORDER BY n
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n", simulation_id), "traits"_is = traits()),
        {shops, today});
  }

  static void run(const fragment &statement, std::initializer_list<pg::parameter> parameters) {
    pg::execute(statement, {parameters.begin(), parameters.size()});
  }

  fragment schema;
  pg::parameter shops, days, today;
};

} // namespace

} // namespace upkeep::reference_tables

using namespace upkeep;
using namespace upkeep::reference_tables;

// upkeep.seed_analytics(schema, shops, days, today): as the caller, through the triggers. Errors: 22004, 22023, 3F000,
// 42501, 42P01, 55000 tables that are not empty.
UPKEEP_FUNCTION(upkeep_seed_analytics) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string schema = given.name(0, "schema");
    const std::int32_t shops = require_count(given, 1, "shops"), days = require_count(given, 2, "days");
    const pg::parameter today = seed_day(given, 3);
    pg::with_spi([&] { analytics_seed(schema, shops, days, today).fill(); });
    return Datum(0);
  });
}
