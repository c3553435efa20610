"""The parts of the page "House prices" (pages/house_prices.py)."""
