.PHONY: verify test pdf
verify test pdf:
	@python3 run.py $@
