"""The command line. Modules import what is heavy inside functions: start-up has a budget."""
