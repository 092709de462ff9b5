// The products that the lines of a statement sell, as they were when each was first asked for.
#pragma once

#include "core/recent_cache.hpp"
#include "features/orders/snapshots/line_plan.hpp"

namespace upkeep::orders {

// Why a product's price cannot be captured.
enum class price_fault : std::uint8_t { none, null, not_finite, rounded, too_large };

// A product as it was when the statement first asked for it.
struct sold_product {
  bool exists = false;
  bool is_active = true;
  price_fault trouble = price_fault::none;
  Datum price = 0;                     // as the lines' column holds it, where nothing is wrong with it
  std::string price_text;              // where something is
  std::unique_ptr<char[]> price_bytes; // of a price that is not passed by value
  std::unique_ptr<char[]> snapshot;    // a varlena

  Datum snapshot_datum() const { return PointerGetDatum(snapshot.get()); }
};

// The products that one statement has read: each is looked up and rendered once.
class product_reader {
public:
  explicit product_reader(const line_plan &plan) : plan(plan) {}

  // Valid until the next call. Reads with the rights of the products' owner; raises 21000 for two products with one
  // key.
  const sold_product &of(Datum product, Datum tenant);

private:
  void append_image(const line_column &column, Datum value);
  sold_product read(Datum product, Datum tenant) const;
  void query(std::span<const Datum> key, struct visit_context &into) const;

  const line_plan &plan;
  recent_cache<sold_product> known{std::size_t(64) << 20};
  std::string image;
  CommandId generation = InvalidCommandId;
};

} // namespace upkeep::orders
