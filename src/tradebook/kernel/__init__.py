"""The pure words that every room speaks: money, ids, time, errors, wishes and facts."""
