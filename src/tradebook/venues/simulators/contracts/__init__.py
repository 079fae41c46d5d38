"""What simulated markets of contracts share: positions and their margin, funding, and who is liquidated.

Orders are kept and matched as on spot (``venues/simulators/spot``); what a trade makes of a position is
reckoned by average cost, as the book does it (``trading/model/contracts.py``). Contracts are linear or
inverse, and positions one of an instrument or one of each side.
"""
