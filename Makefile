# The two commands: make demo, make test. Everything else is a part of them.
PORT ?= 8050
HOME_DIR ?= .demo
PYTHON ?= python3
BIN := .venv/bin
SET_UP := .venv/.set-up
SPARK_SET_UP := .venv/.set-up-spark

# Where the machine forbids bytecode (many a container does), every process of the tests would compile all of our code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-slow test-engines check types sql lint law audit setup setup-spark clean

setup: $(SET_UP)

# One environment from the lock: every package by hash, nothing resolved anew; byte-compiled on all cores, for pip does it on one.
$(SET_UP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Softcity needs Python 3.11 or newer: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setting up .venv (about two minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --no-compile --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/python -m compileall -q -j 0 -x '/tests?/' .venv/lib
	@$(BIN)/python -m dashboard.plotly_bundle
	@touch $(SET_UP)

# The invented city: built once, then served; accounts are printed.
demo: setup
	@$(BIN)/softcity demo --home $(HOME_DIR) --port $(PORT)

# A file of tests stays whole and in order; tests/conftest.py says what comes first. Three at a time took longer on two cores (847 s for 775).
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test: check
	@$(PYTEST) -m "not slow and not spark"

# Builds and schedulers that are killed, records on Postgres, the real register, files that swell, whole cities built once more.
test-slow: setup
	@$(PYTEST) -m "slow and not spark"

# The same laws and the same small city on DuckDB and on Spark, which asks for Java 17: claims and what they stand on; with MODELS=all whole builds too.
test-engines: setup-spark
	@$(BIN)/python -m pytest -m "spark$(if $(filter all,$(MODELS)),, and not slow)" tests/integration/test_engines.py tests/policy/test_law_on_engines.py

# The extra softcity[spark], by its own lock. Spark comes as sources: its jars are packed as they are, which halves the time.
setup-spark: $(SPARK_SET_UP)

$(SPARK_SET_UP): requirements-spark.lock $(SET_UP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-spark.lock --config-settings=--build-option=--compression=stored
	@touch $(SPARK_SET_UP)

# Two at a time: the types and the SQL take longest, the advisories wait for the network.
check: setup
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types sql audit lint law

types: setup
	@$(BIN)/mypy

sql: setup
	@$(BIN)/python .ci/portable.py dbt_project/macros dbt_project/models dbt_project/tests
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models

lint: setup
	@$(BIN)/ruff check .

law: setup
	@$(BIN)/softcity check
	@$(BIN)/softcity test-policy

# The lock against what is installed; with a network, the advisories too.
audit: setup
	@$(BIN)/python .ci/audit.py

clean:
	rm -rf .venv .demo data/landing data/published data/var
