"""What simulated spot markets share: accounts, orders, what they lock, and how they meet the market."""
