"""Seven farms found a co-op on one machine, agree, and prove it."""
