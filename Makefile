# Fairway's two commands for a newcomer are `make parity` and `make test`; `make` alone lists the rest.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

REFERENCE := target/legacy/standard
# More arguments for `make parity`, such as ARGS='--behaviour claim'.
ARGS :=

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what is missing (apt, as root or with sudo), or say what to install
	@scripts/setup.sh

# A development build: on two cores it is ready minutes before a release build, and the harness waits for the
# legacy scripts, not for Fairway.
.PHONY: build
build: setup ## Build the binary, target/debug/fairway
	cargo build --locked

.PHONY: legacy-copy
legacy-copy: setup ## Build the standard legacy copy, target/legacy/standard, unless it is there
	@scripts/legacy-copy.sh $(REFERENCE)

.PHONY: parity
parity: build legacy-copy ## Run the legacy scripts and Fairway side by side and show every difference
	@rm -rf target/parity/latest
	cargo run --quiet --locked -- parity run --reference $(REFERENCE) --out target/parity/latest $(ARGS)

.PHONY: goldens
goldens: build legacy-copy ## Record goldens of the legacy scripts; `fairway parity review --golden golden` accepts them
	@rm -rf target/parity/goldens
	cargo run --quiet --locked -- parity record --reference $(REFERENCE) --golden golden --out target/parity/goldens $(ARGS)

# Without gems Ruby starts much sooner; SCRIPTS_ENV= is for scripts that need one.
SCRIPTS_ENV := --env RUBYOPT=--disable-gems

# An hour or two: every mutant that survives was tried on all scenarios that run its line. It goes on where it stopped.
.PHONY: grade
grade: build legacy-copy ## Make 3 times 300 faults in a copy of the scripts and show which the scenarios miss
	@for seed in 1 2 3; do \
	  target/debug/fairway parity grade --reference $(REFERENCE) --mutants 300 --seed $$seed --out target/parity/grade $(SCRIPTS_ENV) $(ARGS) \
	    || [ $$? -eq 5 ]; \
	done

.PHONY: lint
lint: setup ## Check the formatting, and lint with warnings as errors
	@scripts/lint.sh

.PHONY: test
test: setup ## Everything that CI checks: lint, the oracle's self-test, all tests, the documentation
	@scripts/test.sh

.PHONY: bench
bench: setup legacy-copy ## Compare speed and memory with Ruby and the sqlite3 shell, as ratios in one run
	cargo bench --locked --bench ratios

.PHONY: fuzz
fuzz: build legacy-copy ## Play 2,000 made-up cases on both sides; takes hours, and goes on where it was left
	cargo run --quiet --locked -- parity fuzz --reference $(REFERENCE) --cases 2000 --out target/parity/fuzz $(SCRIPTS_ENV) $(ARGS)

# Minutes to hours, as YAML_RUNS, DATABASE_RUNS and ADAPTER_RUNS say.
.PHONY: fuzz-readers
fuzz-readers: setup ## Fuzz the readers of YAML, databases and adapters with libFuzzer; ARGS='yaml' takes one
	@scripts/fuzz-readers.sh $(ARGS)

# Migrations first: kills, refused writes, and queues of 10,000 and 100,000 tasks.
.PHONY: soak
soak: build legacy-copy ## Kill 1,000 migrations, hold the legacy scripts against themselves 3,000 times; takes hours
	FAIRWAY_KILLS=1000 FAIRWAY_FAULTS=100 cargo test --locked --test it -- migrate_cut:: migrate_size:: --include-ignored --nocapture
	cargo run --quiet --locked -- parity soak --reference $(REFERENCE) --pairs 3000 --out target/parity/soak $(SCRIPTS_ENV) $(ARGS)

# 128 processes at once, some of them killed; target/tmp/claim-storm.txt says what came of it.
.PHONY: soak-claims
soak-claims: setup ## Claim, take over and write 100,000 times at once, with kills; shows that nobody holds twice
	cargo test --release --locked --test it -- --ignored claim_storm::
	@cat target/tmp/claim-storm.txt

# Minutes; the short drill is one of the tests.
.PHONY: soak-pilot
soak-pilot: setup legacy-copy ## Pilot a lane with 200 operations on both sides and kills at every step, back, and over
	cargo test --locked --test it -- --ignored --nocapture pilot_drill::

.PHONY: install
install: setup ## Install the fairway binary into cargo's bin folder
	cargo install --path . --locked

.PHONY: clean-copies
clean-copies: ## Remove the legacy copies and the results of parity and bench runs
	rm -rf target/legacy target/parity target/bench
