"""The commands, one module a subject; each command is a thin function over the rooms."""
