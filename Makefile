# The short form of everything, on Linux and macOS. README.md gives the same in plain commands, for Windows too.
#
#   make run     the page            make check   style, strict types, all tests
#   make test    all tests           make ordeal  the long forms, into docs/ordeal.md
#
# PYTHON=python3.12 picks the interpreter. Nothing but Python 3.11 or newer is needed before.

VENV := .venv
BIN := $(VENV)/bin
RUN_WITH := requirements.txt
TEST_WITH := requirements.txt tests/requirements.txt

.PHONY: help run test check ordeal clean rebuild

help:
	@sed -n 's/^#   /  /p' Makefile

run: $(VENV)/ready-to-run
	@exec $(BIN)/python app.py

test: $(VENV)/ready-to-test
	$(BIN)/python -m pytest

# Gradio writes a stub beside every component when it is imported; a type checker would read it instead of the source.
check: $(VENV)/ready-to-test
	@find core -name '*.pyi' -delete
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy --strict core plugins app.py
	$(BIN)/python -m pytest

ordeal: $(VENV)/ready-to-test
	UNROLL_ORDEAL=1 $(BIN)/python -m pytest -p tests.ordeal_report --ordeal-report=docs/ordeal.md --timeout=7200

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find core plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Each of these files is the last thing an installation writes, so it is there only after a whole one, and make installs
# anew only when the lists have changed since.
$(VENV)/ready-to-run: $(RUN_WITH)
	@PYTHON="$(PYTHON)" sh .ci/setup $(VENV) $@ $(RUN_WITH)

# Other programs to hold ours against; where they cannot be installed, their tests are skipped.
$(VENV)/ready-to-test: $(TEST_WITH) tests/oracles.txt
	@PYTHON="$(PYTHON)" sh .ci/setup $(VENV) $@ $(TEST_WITH)
	@$(BIN)/python -m pip install --disable-pip-version-check -q -r tests/oracles.txt || \
		echo "Going on without what tests/oracles.txt names: the tests that need it will be skipped."

# An environment that was cut off half-way, or whose Python is gone (upgraded, removed), is not trusted.
ifneq ($(shell test ! -e $(VENV)/unfinished && $(BIN)/python -c "print('works')" 2>/dev/null),works)
$(VENV)/ready-to-run $(VENV)/ready-to-test: rebuild
endif
