"""Rules, shortfall, relevance, rank and plan: what one technician should take next."""
