"""One module a way of publishing."""
