// Functions that misuse the boundary in every way a feature could. Each keeps C++ objects alive while it does so, and
// live_objects() tells whether one of them was skipped.
#include "core/touch.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>

extern "C" {
PG_MODULE_MAGIC;
}

using namespace upkeep;
using pg::call;

namespace {

long live = 0;

// Counted, and with memory of its own that a skipped destructor would lose.
class object {
public:
  object() { ++live; }
  object(const object &) = delete;
  object &operator=(const object &) = delete;
  ~object() { --live; }

private:
  std::string memory = std::string(1000, 'x');
};

const std::map<std::string, std::function<void()>> exceptions{
    {"fault",
     [] { throw fault{.sqlstate = "22023", .message = "a fault", .detail = "its detail", .hint = "its hint"}; }},
    {"bare fault", [] { throw fault{.sqlstate = "UK006", .message = "a fault without more"}; }},
    {"long fault",
     [] { throw fault{.sqlstate = "22023", .message = std::string(999, 'x') + std::string(30000, '\xc3') + "\xa9"}; }},
    {"umlauts",
     [] {
       std::string text;
       for (int i = 0; i < 2000; ++i)
         text += "ü";
       throw fault{.sqlstate = "22023", .message = "x" + text, .detail = text, .hint = "xy" + text};
     }},
    {"percent", [] { throw fault{.sqlstate = "22023", .message = "100 %s %n", .detail = "%d", .hint = "%m"}; }},
    {"bad_alloc", [] { throw std::bad_alloc(); }},
    {"runtime_error", [] { throw std::runtime_error("a runtime error"); }},
    {"out_of_range", [] { throw std::out_of_range("an index out of range"); }},
    {"int", [] { throw 42; }},
};

} // namespace

UPKEEP_FUNCTION(throw_cpp) {
  return pg::entry([=]() -> Datum {
    const object alive;
    exceptions.at(pg::arguments(fcinfo).string(0, "kind"))();
    return Datum(0);
  });
}

UPKEEP_FUNCTION(throw_in_call) {
  return pg::entry([=] {
    const object alive;
    return call([]() -> Datum { throw fault{.sqlstate = "22023", .message = "thrown within a call"}; });
  });
}

UPKEEP_FUNCTION(raise_pg) {
  return pg::entry([=] {
    const object alive;
    call([] {
      ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO), errmsg("raised by PostgreSQL"), errdetail("its detail"),
                      errhint("its hint"), errcontext("its context")));
    });
    return Datum(0);
  });
}

UPKEEP_FUNCTION(run_sql) {
  return pg::entry([=] {
    const object alive;
    const std::string sql = pg::arguments(fcinfo).string(0, "sql");
    pg::with_spi([&] {
      const object inner;
      pg::execute(sql);
    });
    return Datum(0);
  });
}

// Enters itself `depth` times through SPI; at the bottom it runs what is given.
UPKEEP_FUNCTION(nested) {
  return pg::entry([=] {
    const object alive;
    const pg::arguments given(fcinfo);
    const int depth = static_cast<int>(fcinfo->args[0].value);
    const std::string bottom = given.string(1, "bottom");
    pg::with_spi([&] {
      const object inner;
      const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(depth - 1)}, pg::parameter::text(bottom)};
      if (depth > 0)
        pg::execute("SELECT nested($1, $2)", parameters);
      else
        pg::execute(bottom);
    });
    return Datum(0);
  });
}

// A search in core without an end but the server's interrupt.
UPKEEP_FUNCTION(search_forever) {
  return pg::entry([] {
    const object alive;
    std::vector<touch_edge> edges;
    for (table_id i = 0; i < 1000; ++i)
      edges.push_back({i, i + 1});
    while (touch_path(edges, 0, 2000, pg::server_interrupt()).empty()) {
    }
    return Datum(0);
  });
}

// SQL made of a template, and of values that must be quoted.
UPKEEP_FUNCTION(filled_sql) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string name = given.string(0, "name"), text = given.string(1, "text");
    const pg::fragment filled = pg::sql(R"sql(
      SELECT {column}, t.numbers[1], '[=]{text}'::text[], ARRAY[$1] [||] $2, "[=]" -- [=] {text} isn't looked at
      {nothing}
      FROM {table} t
        WHERE {condition} AND t.{column} [<>] {text} LIMIT {count}
    )sql",
                                        "column"_is = pg::identifier{name}, "text"_is = pg::literal{text},
                                        "table"_is = pg::table{RelationRelationId}, "nothing"_is = pg::fragment(),
                                        "condition"_is = pg::sql("t.kind [!~*] 'x'"), "count"_is = 7);
    return call([&] { return CStringGetTextDatum(filled.text().c_str()); });
  });
}

// The parameter's type and a statement of two lines, as a DEBUG1 message.
UPKEEP_FUNCTION(show_statement) {
  return pg::entry([] {
    const pg::parameter parameters[] = {{INT4ARRAYOID, Datum(0), true}};
    pg::show_statement("sum", pg::sql(R"sql(
      SELECT sum(n)
      FROM unnest($1) n
    )sql"),
                       parameters);
    return Datum(0);
  });
}

UPKEEP_FUNCTION(live_objects) { return Int64GetDatum(live); }

// The backend's resident memory in kB.
UPKEEP_FUNCTION(resident_memory) {
  long pages = 0;
  if (FILE *file = AllocateFile("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*d %ld", &pages) != 1)
      pages = 0;
    FreeFile(file);
  }
  return Int64GetDatum(pages * 4);
}
