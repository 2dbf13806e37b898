"""Floor 7: what we tell other institutions and what they tell us. Imports and replays call the acts below."""
