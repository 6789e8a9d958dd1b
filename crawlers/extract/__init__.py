"""Pure functions from the words of a page to typed values with their evidence."""
