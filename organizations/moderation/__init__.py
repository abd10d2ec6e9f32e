"""How texts are decided on: steps, decisions and their rules, the register that keeps them."""
