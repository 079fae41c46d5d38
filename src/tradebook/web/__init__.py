"""HTTP and WebSockets: thin edges over the rooms."""
