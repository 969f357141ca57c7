"""What every HTTP edge shares: who asks, what is too much, how a refusal looks."""
