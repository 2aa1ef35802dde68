//! `CoreSign` (3.6.1) and `CoreVerify` (3.6.2).

use super::Statement;
use crate::declassify::present;
use crate::error::Error;
use crate::generators::{sum, vartime_sum};
use crate::keys::SecretKey;
use crate::scalars::Transcript;
use crate::signature::Signature;
use crate::suite::Suite;
use hufu_pairing::{Backend, G1, Scalar, product_is_one, vartime_msm};
use zeroize::Zeroizing;

/// Signs scalars. Constant time in the key and the messages.
pub(crate) fn sign<S: Suite, B: Backend>(
    statement: &Statement<'_, S, B>,
    key: &SecretKey<B>,
    messages: &[Scalar<B>],
) -> Result<Signature<B>, Error> {
    // 1. domain
    let domain = statement.domain();
    // 2. e = hash_to_scalar(serialize((SK, msg_1, …, msg_L, domain)))
    let mut transcript = Transcript::new();
    transcript.scalar(key.scalar());
    messages.iter().for_each(|message| {
        transcript.scalar(message);
    });
    transcript.scalar(&domain);
    let e = transcript.hash::<S, B>(&statement.api.hash_tag);
    // 3. B = P1 + Q_1·domain + H_1·msg_1 + …
    let b = point(statement, &domain, messages);
    // 4–5.
    sign_point(key, &b, e)
}

/// Steps 4 and 5: A = B·1/(SK + e).
pub(crate) fn sign_point<B: Backend>(
    key: &SecretKey<B>,
    b: &G1<B>,
    e: Scalar<B>,
) -> Result<Signature<B>, Error> {
    // Who sees that SK + e is zero knows the key from the signature's e already.
    let inverse = Zeroizing::new(present((*key.scalar() + e).invert()).ok_or(Error::Degenerate("SK + e"))?);
    Signature::of((*b * *inverse).to_affine(), e)
}

/// B of a signature, with the messages treated as secret.
pub(crate) fn point<S: Suite, B: Backend>(
    statement: &Statement<'_, S, B>,
    domain: &Scalar<B>,
    messages: &[Scalar<B>],
) -> G1<B> {
    let public = vartime_sum([(&statement.generators.q1, *domain)]);
    public + statement.api.p1.point + sum(statement.generators.messages.iter().zip(messages))
}

/// Verifies over scalars. Variable time in the messages.
pub(crate) fn verify<S: Suite, B: Backend>(
    statement: &Statement<'_, S, B>,
    signature: &Signature<B>,
    messages: &[Scalar<B>],
) -> Result<(), Error> {
    // 1–2.
    let domain = statement.domain();
    let generators = std::iter::once((&statement.generators.q1, domain))
        .chain(statement.generators.messages.iter().zip(messages.iter().copied()));
    let b = vartime_sum(generators) + statement.api.p1.point;
    // 3. h(A, W)·h(A·e − B, BP2) = 1, as h(A, W)·h(B − A·e, −BP2).
    let right = (b - vartime_msm(&[(signature.a, signature.e)])).to_affine();
    let holds =
        product_is_one(&[(&signature.a, statement.key.prepared()), (&right, &statement.api.minus_bp2)]);
    if holds { Ok(()) } else { Err(Error::Verification) }
}
