//! BLS12-381 behind one small trait: two backends, the same bytes.
//!
//! [`Blst`] is the fast backend and the default, [`Zkcrypto`] the portable reference. Types are written once over
//! [`Backend`]; a protocol generic over it runs on both, and the tests compare them on random values.
//!
//! A [`G1Affine`] or [`G2Affine`] that exists is in the subgroup of prime order. Whether the identity is acceptable
//! is said where a point is read ([`Identity`]). What is not constant time has `vartime` in its name; each function
//! says what is promised, and each backend what its library promises.
//!
//! ```
//! use hufu_pairing::{Blst, G1Affine, G2Affine, Identity, Scalar, pairing};
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//!
//! let mut rng = ChaCha20Rng::from_seed([7; 32]);
//! let (a, b) = (Scalar::<Blst>::random(&mut rng), Scalar::random(&mut rng));
//! let p = (G1Affine::generator() * a).to_affine();
//! let q = (G2Affine::generator() * b).to_affine();
//! assert_eq!(pairing(&p, &q), pairing(&G1Affine::generator(), &G2Affine::generator()).vartime_pow(&(a * b)));
//!
//! let read = G1Affine::<Blst>::from_bytes(&p.to_bytes(), Identity::Refuse)?;
//! assert_eq!(read, p);
//! # Ok::<(), hufu_pairing::Error>(())
//! ```
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod backend;
mod decode;
mod digits;
mod error;
mod g1;
mod g2;
mod hash;
mod msm;
mod pairing;
mod scalar;
mod table;
mod wiped;

pub use backend::{Backend, Blst, RawAffine, RawPoint, RawScalar, Zkcrypto};
pub use decode::Identity;
pub use error::Error;
pub use g1::{G1, G1_BYTES, G1Affine};
pub use g2::{G2, G2_BYTES, G2Affine, G2Prepared};
pub use hash::{Expand, XmdSha256, XofShake256};
pub use msm::{msm, vartime_msm};
pub use pairing::{Gt, pairing, pairing_product, product_is_one};
pub use scalar::{SCALAR_BYTES, Scalar, WIDE_BYTES};
pub use table::{PUBLIC_WINDOW, SECRET_WINDOW, Table, VartimeSum};
