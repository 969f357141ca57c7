"""Which calls are served with holds, and what that changes for them."""
