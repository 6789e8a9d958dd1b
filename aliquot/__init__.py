"""The command and the nightly job: the only room that knows all the others."""
