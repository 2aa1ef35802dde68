//! The bases that all groups share, with tables of their multiples, made once.
//!
//! P is the standard's generator of G1. G, K and Y are hashes to the curve, so that nobody knows a relation between
//! any of them and P: G is the constant of a credential, K the base of member keys, Y the second escrow key, whose
//! secret nobody has.

use crate::labels::GENERATOR;
use core::fmt;
use hufu_pairing::{
    Backend, Blst, G1, G1Affine, G2Affine, G2Prepared, PUBLIC_WINDOW, SECRET_WINDOW, Scalar, Table,
    VartimeSum, XmdSha256,
};
use std::sync::{Arc, OnceLock};

/// A point with what makes its multiples cheap: two tables of 78 and 384 KiB, each made on first use.
pub(crate) struct Base<B: Backend> {
    pub(crate) point: G1Affine<B>,
    secret: OnceLock<Table<B, SECRET_WINDOW>>,
    public: OnceLock<Table<B, PUBLIC_WINDOW>>,
}

impl<B: Backend> Base<B> {
    pub(crate) fn new(point: G1Affine<B>) -> Self {
        Self { point, secret: OnceLock::new(), public: OnceLock::new() }
    }

    /// sum += k·P for a secret k.
    pub(crate) fn add(&self, scalar: &Scalar<B>, sum: &mut G1<B>) {
        self.secret.get_or_init(|| Table::new(&self.point)).accumulate(scalar, sum);
    }

    /// k·P for a secret k.
    pub(crate) fn mul(&self, scalar: &Scalar<B>) -> G1<B> {
        let mut sum = G1::identity();
        self.add(scalar, &mut sum);
        sum
    }

    /// sum += k·P for a public k.
    pub(crate) fn vartime_add(&self, scalar: &Scalar<B>, sum: &mut VartimeSum<B>) {
        sum.multiple(self.public.get_or_init(|| Table::new(&self.point)), scalar);
    }
}

/// The bases P, G, K, Y. Make one and clone it: clones share the tables.
#[derive(Clone)]
pub struct Parameters<B: Backend = Blst>(Arc<Bases<B>>);

pub(crate) struct Bases<B: Backend> {
    pub(crate) p: Base<B>,
    pub(crate) g: G1Affine<B>,
    pub(crate) k: Base<B>,
    pub(crate) y: Base<B>,
    /// −P₂ with its lines.
    pub(crate) minus_p2: G2Prepared<B>,
}

impl<B: Backend> Parameters<B> {
    /// Hashes the bases to the curve.
    #[must_use]
    pub fn new() -> Self {
        let base = |name: &str| hash_to_g1(name.as_bytes(), GENERATOR);
        Self(Arc::new(Bases {
            p: Base::new(G1Affine::generator()),
            g: base("G"),
            k: Base::new(base("K")),
            y: Base::new(base("Y")),
            minus_p2: (-G2Affine::generator().lift()).to_affine().prepare(),
        }))
    }

    pub(crate) fn bases(&self) -> &Bases<B> {
        &self.0
    }
}

impl<B: Backend> Default for Parameters<B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Backend> fmt::Debug for Parameters<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters(P, G, K, Y)")
    }
}

/// RFC 9380's `BLS12381G1_XMD:SHA-256_SSWU_RO_` under one of this crate's labels.
pub(crate) fn hash_to_g1<B: Backend>(message: &[u8], label: &str) -> G1Affine<B> {
    G1::hash::<XmdSha256>(message, label.as_bytes())
        .expect("a label is a tag of 1 to 255 bytes because labels are constants")
        .to_affine()
}
