"""A command a phase: parse, call one service, print."""
