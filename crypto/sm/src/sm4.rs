//! SM4: the block cipher (GB/T 32907) and its modes.
