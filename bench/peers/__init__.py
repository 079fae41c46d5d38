"""What benchmarks are held against, in an environment of its own."""
