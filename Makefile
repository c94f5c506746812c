.PHONY: demo test lint check

demo:
	python3 manage.py demo

test:
	python3 manage.py test

lint:
	.venv/bin/ruff check . && .venv/bin/ruff format --check .

check:
	.ci/run
