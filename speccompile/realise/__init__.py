"""How each platform does what the plan says must hold: a plan goes in, and what one platform is told comes out."""
