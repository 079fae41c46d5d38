"""The core in virtual time under everything that can go wrong: ``python -m tests.simulation --seed N``."""
