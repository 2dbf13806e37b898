"""Floor 6: what it cost. Sweeps executed facts into charge lines; nobody below ever calls it."""
