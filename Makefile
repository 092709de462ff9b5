# pg_upkeep: PGXS builds the module; CMake (CMakeLists.txt) builds core's tests without PostgreSQL.
EXTENSION = control/pg_upkeep
MODULE_big = pg_upkeep
# `make demo DATA=folder` means the demo's input; PGXS means the scripts by the same name.
demo_data := $(if $(filter command%,$(origin DATA)),$(DATA))
override DATA = $(wildcard control/*--*.sql)
OBJS = $(patsubst %.cpp,%.o,$(shell find src -name "*.cpp" | sort))
REGRESS = setup $(filter-out setup cleanup,$(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))) cleanup
ISOLATION = $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=build/isolation --load-extension=pg_upkeep

UPKEEP_VERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" control/pg_upkeep.control)
# PostgreSQL passes the warning options of the compiler that it was built with.
WARNINGS = -Wall -Wextra -Werror $(if $(findstring clang,$(CXX)),-Wno-unknown-warning-option)
PG_CPPFLAGS = -Isrc
PG_CXXFLAGS = -std=c++20 $(WARNINGS) -fvisibility=hidden \
  -fvisibility-inlines-hidden -Winvalid-pch -include src/precompiled.hpp -DUPKEEP_VERSION='"$(UPKEEP_VERSION)"' -MMD -MP $(SANITIZE)
SHLIB_LINK = -lstdc++ $(SANITIZE)
PRECOMPILED = src/precompiled.hpp.gch
EXTRA_CLEAN = $(OBJS:.o=.d) $(PRECOMPILED) $(PRECOMPILED:.gch=.d)

PG_CONFIG ?= pg_config
lacking := $(shell tools/missing server '$(PG_CONFIG)')
ifeq ($(lacking),)
PGXS := $(shell $(PG_CONFIG) --pgxs)
override with_llvm = no
include $(PGXS)
# The server's headers are not ours to warn about.
override CPPFLAGS := $(patsubst -I$(includedir_server),-isystem $(includedir_server),$(CPPFLAGS))
# What is built for one server, compiler or sanitizer does not serve another.
built_with := $(shell mkdir -p build && echo '$(PG_CONFIG) $(VERSION) $(CXX) $(SANITIZE)' > build/.built-with && \
  { cmp -s build/.built-with build/built-with || mv build/.built-with build/built-with; })
$(OBJS): $(PRECOMPILED)
refuse = $(if $(1),$(error $(1)))
$(PRECOMPILED): src/precompiled.hpp build/built-with
	$(call refuse,$(shell tools/missing compiler $(CXX) -std=c++20 $(CPPFLAGS)))
	$(CXX) $(filter-out -include src/precompiled.hpp -DUPKEEP_VERSION=%,$(CXXFLAGS)) $(CPPFLAGS) -x c++-header -c -o $@ $<
else
# demo, test, bench and deb install it first.
all clean install installcheck uninstall:
	$(error $(lacking))
endif

-include $(OBJS:.o=.d)
# It bears the version.
src/features/manage.o: control/pg_upkeep.control

.PHONY: demo docs test test-full bench deb packages regress-list

# What a fresh Debian lacks. Where there is no apt, one message names what is needed.
packages:
	@bash tools/packages

demo: packages
	@DATA='$(demo_data)' bash demo/run

docs: packages
	@tools/docs/run

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
