"""The parts of the page "House prices" (pages/house_prices.py).

networks        what is chosen of the two networks, and their training
board           the house under the hand, both diagrams, the prices
agreement       which unit agrees with which concept
errors          which network is nearer to the prices
seeds           the same for many random starts
"""
