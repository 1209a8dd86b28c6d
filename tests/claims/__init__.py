"""The ledger of claims: what the lab says a figure or a recording shows, each with its check."""
