"""Proofs, verification and exports."""
