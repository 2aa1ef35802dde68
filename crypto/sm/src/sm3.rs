//! SM3: the hash (GB/T 32905), HMAC and the key derivation function.
