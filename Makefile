.PHONY: verify test notebooks bench pdf
verify test notebooks bench pdf:
	@python3 run.py $@
