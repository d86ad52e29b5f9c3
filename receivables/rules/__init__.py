"""Pure rules of receivables: tokens, payer names, exact sums, discounts, and the match decision."""
