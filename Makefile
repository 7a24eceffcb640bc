# make demo         from a fresh clone to a trained model, its translations and its alignments
# make test         from a fresh clone to all checks passed
# make coverage     the tests with shapes checked and lines counted, which takes much longer
# make faults       200 random kills, 100 damaged files, 50 targets of output, a million lines: hours
# make board        TensorBoard over all runs, or those of RUNS="runs/one runs/two"
# make wheel-test   the wheel in an empty environment, used from another folder
# make model        train the model that ships with the package, from its recipe
# make fuzz         damaged and hostile input to every reader, INPUTS of each; SEED chooses them
# make audit        known weaknesses: bandit and, where the network has advisories, pip-audit
# make docs         pages of the Python interface, in build/api
# make lint, make format, make clean
# None repeats what is done.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := runs/tiny-de-en
RUNS   ?= runs
INPUTS ?= 10000
SEED   ?= 1
# Shapes in signatures, checked as the tests run: all of these in `make coverage`, and in `make test` with the tests of
# model/ and of batches, for it makes searches and trainings take half as long again.
SHAPES := seq2seq.model.attention,seq2seq.model.recurrent,seq2seq.model.encoder,seq2seq.model.decoder,seq2seq.model.seq2seq,seq2seq.corpus.batches,seq2seq.translate.search,seq2seq.translate.choices,seq2seq.translate.forcing,seq2seq.translate.engine,seq2seq.translate.ensemble,seq2seq.explain,beartype.beartype
# Python compiles what is imported when it is imported; to compile all of it first takes a minute longer.
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt

.PHONY: demo test coverage faults board wheel-test model fuzz audit docs lint format clean

demo: $(RUN)/metrics.json
	@$(BIN)/python scripts/demo.py $(RUN)

model: $(RUN)/metrics.json
	$(BIN)/python scripts/ship.py $(RUN)

$(RUN)/metrics.json: | $(VENV)/installed
	$(BIN)/python scripts/train.py --config configs/tiny-de-en.yaml --run $(RUN)

board: $(VENV)/installed
	$(BIN)/seq2seq board $(RUNS)

# A process for each core, with one thread each: more would wait for one another.
test: lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal --ignore=tests/model
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal --jaxtyping-packages=$(SHAPES) tests/model tests/corpus/test_batches.py

coverage: $(VENV)/installed
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal --cov --cov-report=term \
		--jaxtyping-packages=$(SHAPES)

faults: $(VENV)/installed
	$(BIN)/python -m pytest -m long
	TMPDIR=$(wildcard /dev/shm) $(BIN)/python scripts/faults.py

wheel-test: $(VENV)/installed
	PYTHON=$(PYTHON) scripts/check_wheel.sh

fuzz: $(VENV)/installed
	TMPDIR=$(wildcard /dev/shm) OMP_NUM_THREADS=1 $(BIN)/python scripts/fuzz.py --inputs $(INPUTS) --seed $(SEED)

audit: $(VENV)/installed
	$(BIN)/python scripts/audit.py

docs: $(VENV)/installed
	$(BIN)/python scripts/build_docs.py build/api

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/installed: pyproject.toml setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) torch
	$(PIP) --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist .coverage .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
