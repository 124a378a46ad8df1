# Slipway's commands. `make help` lists them; all are safe to repeat.
SHELL := bash
.DEFAULT_GOAL := help
export SLIPWAY_CACHE ?= $(HOME)/.cache/slipway
export CARGO_TARGET_DIR ?= $(SLIPWAY_CACHE)/target

.PHONY: help demo test check bench site dev cluster-up cluster-down deny fmt

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## the portal with a local cluster and sample services (CONTEXT=name: your own cluster)
	@tools/demo

test: ## every test, with its own cluster, databases and browser
	@tools/test

check: ## format, lints, walls between the rooms
	@tools/check

bench: ## speed and memory beside the plain tools (N=1000: the big one)
	@tools/bench

site: ## what the browser gets: wasm, styles, fonts
	@tools/site

dev: ## rebuild and restart the demo's portal when a source file changes
	@tools/dev

cluster-up: ## the local control plane (NAME=demo)
	@end2end/cluster/cluster up $(or $(NAME),demo)

cluster-down: ## stop it and drop its data
	@end2end/cluster/cluster down $(or $(NAME),demo)

fmt: ## format the Rust code
	@RUSTUP_TOOLCHAIN=$$(tools/toolchain) cargo fmt --all

deny: ## licences and sources of dependencies (needs cargo-deny)
	@cargo deny check
