"""What is known of names, places, numbers and dates, weighed against what the readers saw; never in their place."""
