"""Open questions: their records, where each stands by its evidence, and what is published of them."""
