.PHONY: verify test notebooks bench pdf docs readme
verify test notebooks bench pdf docs readme:
	@python3 run.py $@
