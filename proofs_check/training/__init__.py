"""Networks, data and descent, for every topic that trains."""
