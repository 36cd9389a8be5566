// Account
lemma L()
  ensures true {}
