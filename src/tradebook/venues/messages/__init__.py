"""What venues say, in our words. Every adapter decodes its wire into these and nothing else.

Times are the venue's. Amounts are as the venue means them once its units are undone: quantities in the base
asset (or in contracts, where the instrument says so), fees positive when paid. A field that a venue does not
tell is None, never a zero that was made up.
"""
