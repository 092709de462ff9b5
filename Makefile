# pg_upkeep: PGXS builds the module; CMake (CMakeLists.txt) builds core's tests without PostgreSQL.
EXTENSION = control/pg_upkeep
MODULE_big = pg_upkeep
# `make demo DATA=folder` means the demo's input; PGXS means the scripts by the same name.
demo_data := $(if $(filter command%,$(origin DATA)),$(DATA))
override DATA = $(wildcard control/*--*.sql)
# A room of sources, the files of a folder, is compiled as one: what they share costs once, which is half of the time.
# So the names of a room's files are one another's, also those in anonymous namespaces. A folder of one or two files
# shares the room of the one above it. SEPARATE=yes compiles each file alone: slowly, but an include that is missing
# shows.
SOURCES := $(shell find src -name "*.cpp" | sort)
above = $(dir $(patsubst %/,%,$1))
room = $(if $(word 3,$(wildcard $1*.cpp))$(filter src/,$1),$1,$(call above,$1))
room_of = build/objects/$(patsubst src/%.cpp,%,$(if $(SEPARATE),$1,$(call room,$(dir $1))$(call aim,$1).cpp)).o
REGRESS = setup $(filter-out setup cleanup,$(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))) cleanup
ISOLATION = $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=build/isolation --load-extension=pg_upkeep

UPKEEP_VERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" control/pg_upkeep.control)
# PostgreSQL passes the warning options of the compiler that it was built with.
WARNINGS = -Wall -Wextra -Werror $(if $(findstring clang,$(CXX)),-Wno-unknown-warning-option)
PG_CPPFLAGS = -Isrc
PG_CXXFLAGS = -std=c++20 $(WARNINGS) -fvisibility=hidden -fvisibility-inlines-hidden -ffunction-sections \
  -fdata-sections -MMD -MP $(SANITIZE)
SHLIB_LINK = -lstdc++ -Wl,--gc-sections $(SANITIZE)
# Core's flags are its own: it is compiled before a server is there, and once for all of them.
CORE_FLAGS := $(if $(filter command environment,$(origin CXXFLAGS)),$(CXXFLAGS) $(CPPFLAGS),-O2 -g \
  -fstack-protector-strong -D_FORTIFY_SOURCE=2) $(COPT) -fPIC

# What a row goes through is compiled for speed, the rest for size, which is compiled sooner and a third smaller.
for_speed = src/core/numeric/% src/core/metrics/% src/core/diagnostics/facts/% \
  src/postgres/rows/% src/postgres/values/% src/postgres/executor/% %/trigger.cpp %/orders_trigger.cpp \
  src/features/updated_at/updated_at.cpp src/features/touch/touch.cpp src/features/orders/snapshots/% \
  src/features/orders/stock/settle/% src/features/orders/refunds/fill.cpp src/features/orders/refunds/statement.cpp \
  src/features/orders/refunds/locked_rows.cpp src/core/orders/% \
  src/features/metrics/metrics.cpp src/features/metrics/evaluate.cpp src/features/metrics/settings_reader.cpp \
  src/features/diagnostics/diagnose.cpp src/features/history/past/% \
  src/features/history/row_images.cpp src/features/history/entries.cpp src/features/history/update.cpp \
  src/features/rollups/group_keys.cpp src/features/rollups/source/% src/core/rollups/%
aim = $(if $(filter $(for_speed),$1),speed,size)
OBJS := $(sort $(foreach source,$(SOURCES),$(call room_of,$(source))))
core := $(filter-out build/objects/features/% build/objects/postgres/%,$(OBJS))
# A precompiled header is a folder with one file for each aim; the compiler takes the one that fits. Core has its own,
# without the server's headers.
header_of = src/$(if $(filter $(core),$1),core/)precompiled.hpp
PRECOMPILED = src/precompiled.hpp.gch src/core/precompiled.hpp.gch
EXTRA_CLEAN = build/objects $(PRECOMPILED) $(wildcard $(PRECOMPILED:=.*.d))

PG_CONFIG ?= pg_config
lacking := $(shell tools/missing server '$(PG_CONFIG)')
ifeq ($(lacking),)
PGXS := $(shell $(PG_CONFIG) --pgxs)
override with_llvm = no
include $(PGXS)
# The server's headers are not ours to warn about.
override CPPFLAGS := $(patsubst -I$(includedir_server),-isystem $(includedir_server),$(CPPFLAGS))
else
# demo, test, bench and deb install it first.
all clean install installcheck uninstall:
	$(error $(lacking))
endif

# Backtraces need functions and lines; what -g writes beyond those takes a third of the time to compile. Other flags of
# a packager's own, -g0 or -O0, stay.
last = $(lastword $(filter $1%,$2))
lines = $(if $(filter -g,$(call last,-g,$1)),-g1)
optimize = $(if $(filter size,$1),$(if $(filter -O2,$(call last,-O,$(compile))),-Os))
compile = $(CXX) $(CXXFLAGS) $(call lines,$(CXXFLAGS)) $(CPPFLAGS)
$(core) src/core/precompiled.hpp.gch/%: compile = $(CXX) $(CORE_FLAGS) $(call lines,$(CORE_FLAGS)) $(PG_CXXFLAGS) -Isrc

# What is built for one server, compiler or sanitizer does not serve another.
differs = $(shell mkdir -p build && now=$$(mktemp $1.XXXXXX) && echo '$2' > $$now && \
  { cmp -s $$now $1 && rm -f $$now || mv -f $$now $1; })
built_with := $(call differs,build/built-with,$(PG_CONFIG) $(VERSION) $(CXX) $(CORE_FLAGS) $(SANITIZE))
core_built_with := $(call differs,build/core-built-with,$(CXX) $(CORE_FLAGS) $(SANITIZE))
# A room that a file has left, or come into with an old time, is compiled anew.
known = $(patsubst "%",%,$(filter "%",$(file <$(1:.o=.cpp))))
moved = $(filter-out $(known),$(members_$1))$(filter-out $(members_$1),$(known))
define compile_room
$1: $(if $(moved),moved) $(members_$1) $(header_of).gch/$(call aim,$(firstword $(members_$1)))
	@mkdir -p $$(@D) && printf '#include "%s"\n' $(members_$1) > $(1:.o=.cpp)
	$$(compile) $$(call optimize,$(call aim,$(firstword $(members_$1)))) -DUPKEEP_VERSION='"$(UPKEEP_VERSION)"' \
	  -I. -include $(header_of) -c -o $1 $(1:.o=.cpp)

endef
$(foreach source,$(SOURCES),$(eval members_$(call room_of,$(source)) += $(source)))
$(foreach object,$(OBJS),$(eval $(call compile_room,$(object))))
refuse = $(if $(1),$(error $(1)))
define precompile
$(call refuse,$(shell tools/missing $(if $(lacking),core,compiler) $(CXX) -std=c++20 $(CPPFLAGS)))
@[ -d $(@D) ] || rm -f $(@D); mkdir -p $(@D)
$(compile) $(call optimize,$(@F)) -MF $(@D).$(@F).d -MT $@ -x c++-header -c -o $@ $<
endef
src/core/precompiled.hpp.gch/speed src/core/precompiled.hpp.gch/size: src/core/precompiled.hpp build/core-built-with
	$(precompile)
src/precompiled.hpp.gch/speed src/precompiled.hpp.gch/size: src/precompiled.hpp build/built-with
	$(precompile)

-include $(OBJS:.o=.d) $(wildcard $(PRECOMPILED:=.*.d))
# It has the version in it.
$(call room_of,src/features/manage.cpp): control/pg_upkeep.control

# What compiles without a server.
core: $(core)

.PHONY: moved core portable npm wasm demo docs test test-full bench deb packages regress-list floors-list

# What a fresh Debian lacks for these targets. Where there is no apt, one message names what is needed.
packages:
	@bash tools/packages $(MAKECMDGOALS)

# The npm package, in build/npm/package: with SQL alone, and with core in WebAssembly.
npm: packages
	@packages/pg-upkeep/make build/npm/package
	@echo "build/npm/package is without core in WebAssembly: make wasm makes it whole"

wasm: packages
	@$(MAKE) -s -f packages/pg-upkeep/wasm/Makefile package

demo: packages
	@DATA='$(demo_data)' bash demo/run

docs: packages
	@tools/docs/run

# The portable edition: build/portable/pg_upkeep.sql.
portable: packages
	@tools/portable/make

test: packages
	@test/run

bench: packages
	@test/bench/run

test-full: packages
	@test/full

# A Debian package for the server of PG_CONFIG or PG_MAJOR. It installs what it needs.
deb:
	@PG_CONFIG='$(PG_CONFIG)' packaging/build

regress-list:
	@echo $(REGRESS)

# The objects of core and postgres, for tests that link them without the features.
floors-list:
	@echo $(filter-out build/objects/features/%,$(OBJS))
