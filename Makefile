.PHONY: verify test notebooks bench pdf docs
verify test notebooks bench pdf docs:
	@python3 run.py $@
