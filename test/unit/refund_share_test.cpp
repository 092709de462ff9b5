#include "core/orders/refund_share.hpp"

#include <gtest/gtest.h>

namespace refund_share_test {

using namespace upkeep;
using namespace upkeep::orders;

namespace {

const volatile std::sig_atomic_t never = 0;
constexpr interrupt no_interrupt{&never, [] {}};

struct line {
  const char *amount, *sold, *gone = "0", *left = nullptr, *left_of_order = nullptr;
};

std::string share(const char *pieces, const line &of, std::optional<int> scale = 2) {
  const auto or_all = [&](const char *left) { return decimal_from(left ? left : of.amount); };
  return refund_share(scale).of(decimal_from(pieces),
                                {decimal_from(of.amount), decimal_from(of.sold), decimal_from(of.gone), or_all(of.left),
                                 or_all(of.left_of_order)},
                                no_interrupt);
}

} // namespace

TEST(refund_share, piece_by_piece_ends_at_the_amount) {
  EXPECT_EQ(share("1", {"10.00", "3"}), "3.33");
  EXPECT_EQ(share("1", {"10.00", "3", "1"}), "3.34");
  EXPECT_EQ(share("1", {"10.00", "3", "2"}), "3.33");
  EXPECT_EQ(share("2", {"10.00", "3"}), "6.67");
  EXPECT_EQ(share("1", {"10.00", "3", "2"}), "3.33");
  EXPECT_EQ(share("3", {"10.00", "3"}), "10.00");
}

TEST(refund_share, has_the_decimals_of_its_column) {
  EXPECT_EQ(share("1", {"1000", "3", "1"}, 0), "334");
  EXPECT_EQ(share("1", {"1000", "3"}, -1), "330");
  EXPECT_EQ(share("1", {"10", "4"}, std::nullopt), "2.5");
}

TEST(refund_share, counts_fractions_of_pieces) {
  EXPECT_EQ(share("0.25", {"9.99", "1.5"}), "1.67");
  EXPECT_EQ(share("1.25", {"9.99", "1.5", "0.25"}), "8.32");
}

TEST(refund_share, is_at_most_what_is_left_and_never_negative) {
  EXPECT_EQ(share("3", {"59.97", "3", "0", "59.97", "55.00"}), "55.00");
  EXPECT_EQ(share("1", {"0.03", "1", "0", "0.03", "0"}), "0.00");
  EXPECT_EQ(share("1", {"10.00", "2", "0", "1.00"}), "1.00");
  EXPECT_EQ(share("1", {"10.00", "2", "0", "-1.00"}), "0.00");
  EXPECT_EQ(share("1", {"-10.00", "2"}), "0.00");
}

TEST(refund_share, of_nothing_sold_is_what_the_limits_allow) { EXPECT_EQ(share("1", {"0.00", "0"}), "0.00"); }

TEST(refund_share, is_exact_for_numbers_of_any_length) {
  EXPECT_EQ(share("1", {"12345678901234567890123456789.01", "3"}), "4115226300411522630041152263.00");
  EXPECT_EQ(share("1", {"12345678901234567890123456789.01", "3", "1"}), "4115226300411522630041152263.01");
}

} // namespace refund_share_test
