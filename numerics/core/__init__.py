"""What topics of the numerical layer share."""
