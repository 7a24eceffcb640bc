# make demo   from a fresh clone to a trained model, its translations and its alignments
# make test   from a fresh clone to all checks passed
# Neither repeats what is done.
# make board  TensorBoard over all runs, or those of RUNS="runs/one runs/two"

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := runs/tiny-de-en
RUNS   ?= runs

.PHONY: board demo test lint format clean

demo: $(RUN)/metrics.json
	@$(BIN)/python scripts/demo.py $(RUN)

$(RUN)/metrics.json: | $(VENV)/installed
	$(BIN)/python scripts/train.py --config configs/tiny-de-en.yaml --run $(RUN)

board: $(VENV)/installed
	$(BIN)/seq2seq board $(RUNS)

test: lint
	$(BIN)/python -m pytest --cov --cov-report=term

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .coverage
