# API Switch. `make` lists the targets.

SWIFT_FLAGS := --explicit-target-dependency-import-check error
RELEASE_FLAGS := -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked $(SWIFT_FLAGS)
VENV := .venv-e2e
ARGS ?=
# Which build the end-to-end tests drive: what people run; E2E_BUILD=debug is quicker while developing.
E2E_BUILD ?= release
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run build release test check unit e2e lint layers format bench clean tools venv

help:
	@echo 'make run              build and start the gateway; ARGS="--config gateway.yaml" is passed on'
	@echo 'make test             everything CI runs: format, layers, unit tests, end-to-end tests'
	@echo 'make unit             Swift tests; ARGS="--filter RoutingTests" narrows them'
	@echo 'make e2e              the built program against real SDKs; ARGS="-k failover" narrows them'
	@echo 'make build, release   the program, for developing and for use'
	@echo 'make bench            measures against nginx; see Benchmarks/README.md'
	@echo 'make format           formats the sources'
	@echo 'make clean            removes what was built'

# What must be on the machine; installs it where that is possible.
tools:
	@Scripts/check-tools

run: release
	@exec .build/release/api-switch serve $(ARGS)

build: tools
	swift build $(SWIFT_FLAGS)

release: tools
	@echo 'Building; the first time takes some minutes.'
	swift build $(RELEASE_FLAGS) --product api-switch

test: tools lint layers unit e2e

# The same under the name other projects use.
check: test

unit: tools
	swift build --build-tests $(SWIFT_FLAGS)
ifeq ($(ARGS),)
	swift test --skip-build --skip DataPlaneTests
	@echo 'Sockets and short time limits have the machine to themselves:'
	swift test --skip-build --filter DataPlaneTests
else
	swift test --skip-build $(ARGS)
endif

e2e: $(if $(filter debug,$(E2E_BUILD)),build,release) venv
	API_SWITCH_BINARY="$(CURDIR)/.build/$(E2E_BUILD)/api-switch" \
		$(VENV)/bin/python -m pytest Tests/EndToEndTests $(ARGS)

venv: $(VENV)/.ready

$(VENV)/.ready: Tests/EndToEndTests/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet -r Tests/EndToEndTests/requirements.txt
	touch $@

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

layers:
	python3 Scripts/check-layers

bench: release
	$(MAKE) -C Benchmarks run GATEWAY="$(CURDIR)/.build/release/api-switch" ARGS='$(ARGS)'

clean:
	rm -rf .build .build-* $(VENV)
	$(MAKE) -C Benchmarks clean
