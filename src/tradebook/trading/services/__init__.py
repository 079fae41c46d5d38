"""What people and programs can ask of the trading room."""
