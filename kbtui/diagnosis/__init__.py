"""What is concluded from what was seen: evidence, belief, advice, and the case that holds them."""
