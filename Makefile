PYTHON ?= python3
BIN := .venv/bin
PHOTO = $(shell $(BIN)/python -c "import skimage; print(skimage.data_dir)")/chelsea.png

.PHONY: help run test quick check lint types demo bench quality faults machines screenshots art previews clean

help: ## Show this list.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/run ## Open the dashboard.
	$(BIN)/python -m streamlit run app.py

# Many tests wait for programs: while a file waits, another computes.
test: .venv/dev ## Run all tests.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

quick: .venv/dev ## Run what needs no browser and starts no program: three minutes.
	$(BIN)/python -m pytest -m "quick or not (browser or processes or slow)"

check: lint types test ## Lint, types and tests.

lint: .venv/dev ## Look for mistakes of style.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev ## Check the types.
	$(BIN)/mypy

demo: .venv/dev ## Repaint a photo, and print where the result lies.
	$(BIN)/nst stylize "$(PHOTO)" --preset stained_glass --output out/demo

bench: .venv/dev ## Measure speed and memory: one table, half an hour.
	$(BIN)/python -m bench $(if $(TORCH),--torch $(TORCH))

quality: .venv/dev ## Compare recipes, optimisers and precisions by their pictures.
	$(BIN)/python -m bench.quality --output out/bench
	$(BIN)/python -m bench.variables
	$(BIN)/python -m bench.precisions

faults: .venv/dev ## Kill processes and fill disks at length: an hour.
	$(BIN)/python -m bench.faults

machines: .venv/dev ## Try other locales, users, file systems and limits: a quarter of an hour.
	$(BIN)/python -m bench.machines

screenshots: .venv/dev ## Take pictures of the page in all its states.
	$(BIN)/python -m bench.screenshots

art: .venv/dev ## Paint the presets' paintings again.
	for scene in art/scenes/[a-z]*.py; do \
		$(BIN)/python -m "art.scenes.$$(basename "$$scene" .py)" || exit 1; done

previews: .venv/dev ## Repaint one photo with each preset, and write docs/PRESETS.md.
	$(BIN)/python -m art.previews

clean: ## Remove the environment and all that was made.
	rm -rf .venv out .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/pip:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	touch $@

# The project itself is installed as it lies here, so that `nst` and the engine's processes find it.
# Without its dependencies: the lists have them with the smaller TensorFlow.
.venv/run: .venv/pip pyproject.toml requirements.txt
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

.venv/dev: .venv/pip pyproject.toml requirements-dev.txt requirements.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@
