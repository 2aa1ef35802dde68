//! SM2, SM3 and SM4: national cryptography, constant-time, with the RustCrypto traits.

mod cpu;
pub mod sm2;
pub mod sm3;
pub mod sm4;
