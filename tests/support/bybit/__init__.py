"""What tests know of Bybit: its instruments, and what each recorded frame means in our words."""
