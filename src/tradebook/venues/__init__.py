"""Where orders go. Every venue has the same shape; none knows another."""
