"""Each figure of Rochdale's speed beside a floor that was measured in the same run."""
