"""Scripts that check what left the server. Each stands alone: they import nothing of Tradebook."""
