#include "core/decisions/elasticity.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace upkeep::decisions {

namespace {

static_assert(std::is_trivial_v<elasticity_sums> && alignof(elasticity_sums) <= 8);

constexpr char layout_version = 1;
constexpr std::size_t numbers = 7, bytes_of_number = 8;

// Beyond all tables; the doubles count exactly so far.
constexpr std::int64_t max_points = std::int64_t{1} << 53;

using images = std::array<std::uint64_t, numbers>;

images images_of(const elasticity_sums &sums) {
  const auto image = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  return {static_cast<std::uint64_t>(sums.count),
          image(sums.mean_spend),
          image(sums.mean_revenue),
          image(sums.spend_squares),
          image(sums.products),
          image(sums.min_spend),
          image(sums.greatest_spend)};
}

elasticity_sums sums_of(const images &of) {
  const auto value = [](std::uint64_t image) { return std::bit_cast<double>(image); };
  return {static_cast<std::int64_t>(of[0]),
          value(of[1]),
          value(of[2]),
          value(of[3]),
          value(of[4]),
          value(of[5]),
          value(of[6])};
}

// Whether a number of the sums can come from so many logarithms of doubles.
bool is_possible(double mean, double squares, double count) noexcept {
  constexpr double most = 1000;
  return std::abs(mean) <= most && std::abs(squares) <= most * most * count;
}

bool is_sound(const elasticity_sums &sums) noexcept {
  if (sums.count == 0)
    return images_of(sums) == images{};
  const auto count = static_cast<double>(sums.count);
  return sums.count > 0 && sums.count <= max_points && is_possible(sums.mean_spend, sums.spend_squares, count) &&
         is_possible(sums.mean_revenue, sums.products, count) && sums.spend_squares >= 0 && sums.min_spend > 0 &&
         sums.greatest_spend >= sums.min_spend && !std::isinf(sums.greatest_spend);
}

} // namespace

void add_point(elasticity_sums &sums, double spend, double revenue) noexcept {
  if (!(spend > 0 && revenue > 0) || std::isinf(spend) || std::isinf(revenue))
    return;
  merge(sums, {1, std::log(spend), std::log(revenue), 0, 0, spend, spend});
}

void merge(elasticity_sums &sums, const elasticity_sums &other) noexcept {
  if (sums.count == 0 || other.count == 0) {
    if (sums.count == 0)
      sums = other;
    return;
  }
  const auto ours = static_cast<double>(sums.count), theirs = static_cast<double>(other.count);
  const double all = ours + theirs, weight = ours * theirs / all;
  const double spend = other.mean_spend - sums.mean_spend, revenue = other.mean_revenue - sums.mean_revenue;
  sums.spend_squares += other.spend_squares + spend * spend * weight;
  sums.products += other.products + spend * revenue * weight;
  sums.mean_spend += spend * theirs / all;
  sums.mean_revenue += revenue * theirs / all;
  sums.min_spend = std::min(sums.min_spend, other.min_spend);
  sums.greatest_spend = std::max(sums.greatest_spend, other.greatest_spend);
  sums.count += other.count;
}

std::optional<double> elasticity_of(const elasticity_sums &sums) noexcept {
  if (sums.count < fewest_points || sums.greatest_spend / min_spend_range < sums.min_spend)
    return std::nullopt;
  const double slope = sums.products / sums.spend_squares;
  // Only bytes from elsewhere have no squares, or too great ones.
  if (!std::isfinite(slope))
    return std::nullopt;
  return std::clamp(slope, min_elasticity, greatest_elasticity);
}

std::optional<std::string> elasticity_text(const elasticity_sums &sums) {
  const std::optional<double> slope = elasticity_of(sums);
  return slope ? std::optional(fmt::format("{:.6f}", *slope)) : std::nullopt;
}

std::string serialise(const elasticity_sums &sums) {
  std::string bytes(1, layout_version);
  for (const std::uint64_t image : images_of(sums))
    for (std::size_t byte = 0; byte < bytes_of_number; ++byte)
      bytes += static_cast<char>(image >> (8 * byte) & 0xFF);
  return bytes;
}

bool deserialise(std::string_view bytes, elasticity_sums &into) noexcept {
  if (bytes.size() != 1 + numbers * bytes_of_number || bytes[0] != layout_version)
    return false;
  images read{};
  for (std::size_t i = 0; i < bytes.size() - 1; ++i)
    read[i / bytes_of_number] |= std::uint64_t{static_cast<unsigned char>(bytes[i + 1])} << (8 * (i % bytes_of_number));
  into = sums_of(read);
  return is_sound(into);
}

} // namespace upkeep::decisions
