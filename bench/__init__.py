"""Benchmarks: each beside its reference, in the same run, interleaved, the best of three."""
