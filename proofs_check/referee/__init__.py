"""Small errors planted in the theory, and who notices them; what the claims rest on."""
