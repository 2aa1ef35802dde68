//! SM2: signatures, key exchange and public-key encryption (GB/T 32918).
