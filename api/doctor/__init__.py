"""The check-up behind `todoke doctor`: what of an installation is well, what works with a limp, and what does not."""
