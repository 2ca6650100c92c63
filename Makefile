.PHONY: verify test notebooks pdf
verify test notebooks pdf:
	@python3 run.py $@
