// Seals of history, and what they show.
#include "core/history/verification.hpp"

#include <gtest/gtest.h>

namespace history_seals_test {

using namespace upkeep::history;

namespace {

// No digest that anyone should use: it tells texts apart, which is all that is asked here.
digest_bytes mixed(std::string_view text) {
  digest_bytes digest{};
  std::uint64_t state = 14695981039346656037u;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    for (const char each : text)
      state = (state ^ static_cast<std::uint8_t>(each)) * 1099511628211u;
    digest[i] = static_cast<std::uint8_t>((state ^= i) >> 32);
  }
  return digest;
}
digest_bytes keyed(std::string_view key, std::string_view text) {
  return mixed(std::string(key) + "|" + std::string(text));
}

sealed_fields update_of(std::int64_t id) {
  sealed_fields entry{};
  entry.id = id;
  entry.at = 1000;
  entry.transaction = 700;
  entry.statement = 1;
  entry.table_number = 2;
  entry.cluster = -5;
  entry.action = "update";
  entry.key = R"({"id": 7})";
  entry.role = "app";
  entry.before = {{"email", R"("a@b.c")"}, {"n", "1"}};
  entry.after = {{"email", R"("d@e.f")"}, {"n", "2"}};
  return entry;
}

digest_bytes digest_of(const sealed_fields &entry) { return entry_digest(keyed, "k", entry); }

TEST(history_seals, an_entry_has_the_digest_of_all_its_fields) {
  const digest_bytes whole = digest_of(update_of(1));
  EXPECT_EQ(whole, digest_of(update_of(1)));
  EXPECT_NE(whole, entry_digest(keyed, "l", update_of(1)));
  const auto differs = [&](auto change) {
    sealed_fields entry = update_of(1);
    change(entry);
    return digest_of(entry) != whole;
  };
  EXPECT_TRUE(differs([](sealed_fields &e) { e.id = 2; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { ++e.at; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { ++e.transaction; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { ++e.statement; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { ++e.table_number; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { ++e.cluster; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.action = "delete"; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.key = nullptr; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.role = "app2"; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.actor = ""; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.application = "psql"; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.reason = "why"; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.before.reset(); }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.before->pop_back(); }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.after->front().json = "null"; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { e.after->front().column = "mail"; }));
  EXPECT_TRUE(differs([](sealed_fields &e) { std::swap(e.before, e.after); }));
}

TEST(history_seals, parts_do_not_run_into_one_another) {
  sealed_fields a = update_of(1), b = update_of(1);
  a.actor = "x1:y", a.application = nullptr;
  b.actor = "x", b.application = "y";
  EXPECT_NE(digest_of(a), digest_of(b));
  a = update_of(1), b = update_of(1);
  a.actor = nullptr, a.application = "x";
  b.actor = "x", b.application = nullptr;
  EXPECT_NE(digest_of(a), digest_of(b));
}

TEST(history_seals, an_erased_value_leaves_the_digest_of_its_entry) {
  const sealed_fields entry = update_of(1);
  sealed_fields erased = entry;
  const std::string mark = erased_mark(value_digest(keyed, "k", 1, side::before, entry.before->front()));
  erased.before->front().json = mark;
  EXPECT_EQ(digest_of(erased), digest_of(entry));
  // Not where it is somebody else's.
  erased.after->front().json = mark;
  EXPECT_NE(digest_of(erased), digest_of(entry));
}

TEST(history_seals, a_digest_that_is_erased_stays_itself) {
  sealed_fields entry = update_of(1), erased = entry;
  const std::string kept = digest_mark(mixed("a")), gone = erased_mark(mixed("a"));
  entry.before->front().json = kept;
  erased.before->front().json = gone;
  EXPECT_EQ(digest_of(erased), digest_of(entry));
}

std::vector<sealed_entry> entries_of(std::initializer_list<std::int64_t> ids) {
  std::vector<sealed_entry> entries;
  for (const std::int64_t id : ids)
    entries.push_back({id, digest_of(update_of(id))});
  return entries;
}

TEST(history_seals, entries_are_packed_and_unpacked) {
  const auto entries = entries_of({-1, 1, 258, INT64_MAX});
  const std::string bytes = packed(entries);
  EXPECT_EQ(bytes.size(), 4u * 40);
  EXPECT_EQ(bytes.substr(80, 8), std::string("\0\0\0\0\0\0\1\2", 8));
  const auto read = unpacked(bytes);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ((*read)[i].id, entries[i].id);
    EXPECT_EQ((*read)[i].digest, entries[i].digest);
  }
  EXPECT_TRUE(unpacked("")->empty());
  EXPECT_FALSE(unpacked(bytes.substr(1)));
}

std::vector<seal> chain() {
  std::vector<seal> seals(3);
  for (std::int64_t i = 0; i < 3; ++i) {
    seal &each = seals[static_cast<std::size_t>(i)];
    each.from_id = 10 * i + 1;
    each.to_id = 10 * i + 10;
    each.sealed_at = 100 + i;
    each.entries = packed(entries_of({10 * i + 2, 10 * i + 5}));
    if (i > 0)
      each.previous = seals[static_cast<std::size_t>(i) - 1].digest;
    each.digest = seal_digest(mixed, each);
  }
  return seals;
}

// "1 11": the first ids of the seals that are broken; in brackets those whose entries are not to be compared.
std::string broken(const std::vector<seal> &seals, bool is_from_start = true) {
  seal_chain walk(mixed, is_from_start);
  std::string text;
  for (const seal &each : seals) {
    std::vector<found> findings;
    const bool is_comparable = walk.follow(each, findings);
    EXPECT_TRUE(is_comparable || !findings.empty());
    for (const found &finding : findings) {
      EXPECT_EQ(finding.what, finding::broken_seal);
      text += std::to_string(finding.entry) + (is_comparable ? " " : "! ");
    }
  }
  return text;
}

TEST(history_seals, a_chain_that_stands) {
  EXPECT_EQ(broken(chain()), "");
  const auto seals = chain();
  EXPECT_EQ(broken({seals[1], seals[2]}, false), "");
}

TEST(history_seals, what_breaks_a_chain) {
  auto seals = chain();
  EXPECT_EQ(broken({seals[1], seals[2]}), "11 ");
  EXPECT_EQ(broken({seals[0], seals[2]}), "21 ");
  seals[1].entries = packed(entries_of({12}));
  EXPECT_EQ(broken(seals), "11! ");
  // Made to fit by itself, it no longer fits to the next.
  seals[1].digest = seal_digest(mixed, seals[1]);
  EXPECT_EQ(broken(seals), "21 ");
  seals = chain();
  seals[1].digest = mixed("other");
  EXPECT_EQ(broken(seals), "11! ");
  seals = chain();
  seals[0].sealed_at = 0;
  EXPECT_EQ(broken(seals), "1! ");
  seals = chain();
  seals[1].to_id = 15;
  EXPECT_EQ(broken(seals), "11! 21 ");
  seals = chain();
  seals[0].previous = mixed("before");
  seals[0].digest = seal_digest(mixed, seals[0]);
  EXPECT_EQ(broken(seals), "1 11 ");
}

std::string compared(const std::vector<sealed_entry> &sealed, const std::vector<sealed_entry> &there,
                     const std::vector<purged_range> &purged = {}) {
  std::vector<found> findings;
  compare(sealed, there, purged, findings);
  std::string text;
  for (const found &each : findings)
    text += std::to_string(each.entry) + " " + std::string(text_of(each.what)) + ", ";
  return text;
}

TEST(history_seals, entries_are_compared_with_their_seal) {
  const auto sealed = entries_of({2, 5, 9});
  EXPECT_EQ(compared(sealed, sealed), "");
  EXPECT_EQ(compared(sealed, {}), "2 missing, 5 missing, 9 missing, ");
  EXPECT_EQ(compared({}, entries_of({1})), "1 inserted, ");
  EXPECT_EQ(compared(sealed, entries_of({1, 2, 6, 9, 10})), "1 inserted, 5 missing, 6 inserted, 10 inserted, ");
  auto altered = sealed;
  altered[1].digest = mixed("other");
  EXPECT_EQ(compared(sealed, altered), "5 altered, ");
  // A second one of the same id.
  EXPECT_EQ(compared(sealed, entries_of({2, 5, 5, 9})), "5 inserted, ");
}

TEST(history_seals, purged_entries_are_not_missing) {
  const auto sealed = entries_of({2, 5, 9});
  EXPECT_EQ(compared(sealed, {}, {{1, 2}, {4, 5}}), "9 missing, ");
  auto altered = entries_of({2});
  altered[0].digest = mixed("other");
  EXPECT_EQ(compared(sealed, altered, {{1, 9}}), "2 altered, ");
}

} // namespace

} // namespace history_seals_test
