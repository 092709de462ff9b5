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
# Backtraces need functions and lines; what PGXS's -g writes beyond those takes a third of the time to compile.
# A packager's own -g0 stays.
PG_CXXFLAGS = -std=c++20 $(WARNINGS) $(patsubst -g,-g1,$(lastword $(filter -g%,$(CFLAGS)))) \
  -fvisibility=hidden -fvisibility-inlines-hidden -ffunction-sections -fdata-sections -MMD -MP $(SANITIZE)
SHLIB_LINK = -lstdc++ -Wl,--gc-sections $(SANITIZE)

# What a row goes through is compiled for speed, the rest for size, which is compiled sooner and a third smaller.
for_speed = src/core/numeric/% src/core/metrics/% src/core/diagnostics/facts/% \
  src/postgres/rows/% src/postgres/values/% src/postgres/executor/% %/trigger.o %/orders_trigger.o \
  src/features/updated_at/updated_at.o src/features/touch/touch.o src/features/orders/snapshots/% \
  src/features/metrics/metrics.o src/features/metrics/evaluate.o src/features/metrics/settings_reader.o \
  src/features/diagnostics/diagnose.o
aim = $(if $(filter $(for_speed),$1),speed,size)
# A precompiled header is a folder with one file for each aim; the compiler takes the one that fits. Core has its own,
# without the server's headers.
headers = src/$(if $(filter src/core/% src/fmt.o,$1),core/)precompiled.hpp
PRECOMPILED = src/precompiled.hpp.gch src/core/precompiled.hpp.gch
EXTRA_CLEAN = $(OBJS:.o=.d) $(PRECOMPILED) $(wildcard $(PRECOMPILED:=.*.d))

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
refuse = $(if $(1),$(error $(1)))
compile = $(CXX) $(CXXFLAGS) $(CPPFLAGS)
smaller = $(if $(filter -O2,$(CFLAGS)),-Os)
$(foreach object,$(OBJS),$(eval $(object): $(call headers,$(object)).gch/$(call aim,$(object))))
src/%.o: src/%.cpp
	$(compile) $(if $(filter size,$(call aim,$@)),$(smaller)) -DUPKEEP_VERSION='"$(UPKEEP_VERSION)"' \
	  -include $(call headers,$@) -c -o $@ $<
define precompile
$(call refuse,$(shell tools/missing compiler $(CXX) -std=c++20 $(CPPFLAGS)))
@mkdir -p $(@D)
$(compile) $(if $(filter size,$(@F)),$(smaller)) -MF $(@D).$(@F).d -MT $@ -x c++-header -c -o $@ $<
endef
# A rule each: make takes a pattern with two targets for one command that makes both.
%.hpp.gch/speed: %.hpp build/built-with
	$(precompile)
%.hpp.gch/size: %.hpp build/built-with
	$(precompile)
else
# demo, test, bench and deb install it first.
all clean install installcheck uninstall:
	$(error $(lacking))
endif

-include $(OBJS:.o=.d) $(wildcard $(PRECOMPILED:=.*.d))
# It bears the version.
src/features/manage.o: control/pg_upkeep.control

.PHONY: demo docs test test-full bench deb packages regress-list

# What a fresh Debian lacks for these targets. Where there is no apt, one message names what is needed.
packages:
	@bash tools/packages $(MAKECMDGOALS)

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
