# Everything is done below this folder: build/ and .venv/. `make` alone lists the targets.
PYTHON ?= python3
RUNTIME ?= cpython
STATE ?= build/sim-$(RUNTIME)
ARGS ?=
COUNT ?= 100000
BOARD ?= ESP32_GENERIC
VARIANT ?=
IMAGE ?=
KEY ?=

VENV := .venv/bin
FLASH_WORDS = $(if $(VARIANT),--variant $(VARIANT)) $(if $(IMAGE),--image '$(IMAGE)')
NEEDS_cpython := venv fonts
NEEDS_micropython := venv fonts micropython
NEEDS_micropython32 := venv fonts micropython32

.DEFAULT_GOAL := help
.PHONY: help setup sim test unit system test-long fuzz abuse bench lint screens flash deploy monitor device firmware keys lcd reference clean

help: ## List the targets (this text)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Fetch and install all that the simulator and the tests need, below this folder
	@$(PYTHON) tools/setup.py

sim: ## Run a simulated phone in this terminal; RUNTIME=cpython|micropython|micropython32 STATE=folder ARGS=...
	@$(if $(NEEDS_$(RUNTIME)),,$(error RUNTIME=$(RUNTIME) is none of cpython, micropython, micropython32))
	@$(PYTHON) tools/setup.py $(NEEDS_$(RUNTIME))
	@$(VENV)/dialtone sim --runtime $(RUNTIME) --state $(STATE) $(ARGS)

test: setup ## Run all tests: lint, unit tests on three targets, host and system tests
	@$(VENV)/python tools/test.py

test-long: setup ## Run all tests in their exhaustive form
	@$(VENV)/python tools/test.py --long

unit: setup-unit ## Run the unit tests on three targets; ARGS="--target cpython tests/unit/test_x.py"
	@$(VENV)/python tools/unit.py $(ARGS)

system: setup ## Run the system tests; ARGS="-k browser"
	@$(VENV)/python -m pytest tests/system -n 2 $(ARGS)

fuzz: setup-unit ## Feed every parser with COUNT=100000 hostile inputs; ARGS="--only xml"
	@$(VENV)/python tools/fuzz.py --count $(COUNT) $(ARGS)

abuse: setup ## Attack the phone in every known way and measure who is still served; ARGS="--case flood"
	@$(VENV)/python tools/abuse.py $(ARGS)

bench: setup ## Measure speed and memory beside other servers; ARGS=...
	@$(VENV)/python tools/bench.py $(ARGS)

lint: setup-venv ## Check the style of all Python files
	@$(VENV)/ruff check .

screens: setup-unit ## Draw all LCD screens into build/screens.png beside the golden ones; ARGS=--accept after a look
	@$(VENV)/python tools/screens.py $(ARGS)

flash: $(if $(PORT)$(findstring --output,$(ARGS))$(findstring -h,$(ARGS)),,needs-port) setup-unit ## Make a phone of a bare board: MicroPython and all; PORT=/dev/ttyUSB0 BOARD=... IMAGE=file.bin
	@$(VENV)/python tools/flash.py $(if $(PORT),'$(PORT)') --board $(BOARD) $(FLASH_WORDS) $(ARGS)

deploy: needs-port setup-unit ## Put the phone on a board that has MicroPython: what changed; PORT=/dev/ttyUSB0
	@$(VENV)/python tools/deploy.py '$(PORT)' --board $(BOARD) $(ARGS)

monitor: needs-port ## Show what a board says, and send it what you type; PORT=/dev/ttyUSB0
	@$(PYTHON) tools/setup.py venv
	@$(VENV)/python tools/monitor.py '$(PORT)' $(ARGS)

device: needs-port setup-unit ## Run the unit tests on a board, over mpremote; PORT=/dev/ttyUSB0 ARGS="-k http"
	@DIALTONE_PORT='$(PORT)' $(VENV)/python -m pytest tests/device $(ARGS)

firmware: setup-unit ## Build the signed firmware image of a board; BOARD=ESP32_GENERIC KEY=file ARGS=...
	@$(VENV)/dialtone firmware build --board $(BOARD) $(if $(KEY),--key $(KEY)) $(ARGS)

keys: setup-venv ## Make the key that your firmware is signed with, once for all your phones
	@$(VENV)/dialtone keys new

lcd: needs-port ## Show the LCD of a board on this terminal; PORT=/dev/ttyUSB0
	@$(PYTHON) tools/setup.py venv fonts
	@$(VENV)/python tools/board_lcd.py '$(PORT)' $(ARGS)

reference: setup-venv ## Write the parameter tables of docs/configuration.md anew
	@$(VENV)/dialtone config reference

clean: ## Remove all that was fetched, installed and built (build/ and .venv/)
	rm -rf build .venv *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: setup-venv setup-unit needs-port
needs-port: # before a set-up that takes minutes
	@$(if $(PORT),,$(error say which serial port: make $(firstword $(MAKECMDGOALS)) PORT=/dev/ttyUSB0))

setup-venv:
	@$(PYTHON) tools/setup.py venv

setup-unit:
	@$(PYTHON) tools/setup.py mpy
