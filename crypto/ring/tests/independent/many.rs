//! Rings from 9 members: one out of many (`docs/scheme.md` §3, `docs/encoding.md` form 2).

use curve25519_dalek::{
    RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT as G, traits::Identity as _,
};

use super::{Checked, SMALL, Signature, Statement, group, transcript::Transcript};

const FORM: u8 = 2;
/// Values of a digit.
const BASE: usize = 4;

pub(crate) struct Proof {
    a: RistrettoPoint,
    b: RistrettoPoint,
    x: Vec<RistrettoPoint>,
    /// f_(j,1..3) for each digit.
    f: Vec<[Scalar; 3]>,
    z_a: Scalar,
    z: Scalar,
}

/// The least m with 4^m ≥ N.
fn digits_for(members: usize) -> usize {
    let mut m = 0;
    while BASE.pow(m) < members {
        m += 1;
    }
    m as usize
}

/// k_j, the j-th digit of k, lowest first.
fn digit(k: usize, j: usize) -> usize {
    let mut rest = k;
    for _ in 0..j {
        rest /= BASE;
    }
    rest % BASE
}

/// P_k for all k below 4^m: the last member repeated.
fn padded(statement: &Statement<'_>) -> Checked<Vec<RistrettoPoint>> {
    let mut points = statement.points()?;
    let last = *points.last().ok_or("no members")?;
    while points.len() < BASE.pow(u32::try_from(digits_for(statement.ring.members.len())).expect("at most 8"))
    {
        points.push(last);
    }
    Ok(points)
}

fn b_star() -> RistrettoPoint {
    group::generator(1)
}

/// D_(j,i) for i = 1..3.
fn d(j: usize, i: usize) -> RistrettoPoint {
    group::generator(u32::try_from(1 + 7 * j + i).expect("a small number"))
}

/// E_(j,i) for i = 0..3.
fn e(j: usize, i: usize) -> RistrettoPoint {
    group::generator(u32::try_from(5 + 7 * j + i).expect("a small number"))
}

/// Σ_(j,i≥1) first_(j,i)·D_(j,i) + Σ_(j,i) second_(j,i)·E_(j,i) + blind·B*
fn commit(first: &[[Scalar; 4]], second: &[[Scalar; 4]], blind: &Scalar) -> RistrettoPoint {
    let mut sum = blind * b_star();
    for j in 0..first.len() {
        for i in 0..BASE {
            if i >= 1 {
                sum += first[j][i] * d(j, i);
            }
            sum += second[j][i] * e(j, i);
        }
    }
    sum
}

fn power(base: &Scalar, exponent: usize) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |product, _| product * base)
}

/// Coefficients of Π_j (a_(j,k_j) + t·σ_(j,k_j)), multiplied out, from t^0 to t^m.
fn coefficients(k: usize, a: &[[Scalar; 4]], sigma: &[[Scalar; 4]]) -> Vec<Scalar> {
    let mut product = vec![Scalar::ONE];
    for j in 0..a.len() {
        let (constant, linear) = (a[j][digit(k, j)], sigma[j][digit(k, j)]);
        let mut longer = vec![Scalar::ZERO; product.len() + 1];
        for (t, coefficient) in product.iter().enumerate() {
            longer[t] += coefficient * constant;
            longer[t + 1] += coefficient * linear;
        }
        product = longer;
    }
    product
}

fn challenge_mu(transcript: &mut Transcript, a: &RistrettoPoint, b: &RistrettoPoint) -> Checked<Scalar> {
    transcript.append("A", &a.compress().to_bytes());
    transcript.append("B", &b.compress().to_bytes());
    transcript.challenge("mu")
}

fn challenge_xi(transcript: &mut Transcript, x: &[RistrettoPoint]) -> Checked<Scalar> {
    for x_j in x {
        transcript.append("X", &x_j.compress().to_bytes());
    }
    transcript.challenge("xi")
}

pub(super) fn sign(statement: &Statement<'_>, key: &Scalar, entropy: &[u8; 32]) -> Checked<Vec<u8>> {
    let (points, place) = (padded(statement)?, statement.place(key)?);
    let m = digits_for(statement.ring.members.len());
    let base = group::base_of_scope(statement.scope);
    let tag = key * base;
    let mut transcript = statement.transcript(FORM, &tag);
    let mut nonces = transcript.nonces(key, entropy);

    // 1
    let mut a = vec![[Scalar::ZERO; 4]; m];
    for of_digit in &mut a {
        for i in 1..BASE {
            of_digit[i] = nonces.scalar();
            let value = of_digit[i];
            of_digit[0] -= value;
        }
    }
    let (r_a, r_b) = (nonces.scalar(), nonces.scalar());
    let rho: Vec<Scalar> = (0..m).map(|_| nonces.scalar()).collect();
    let mut sigma = vec![[Scalar::ZERO; 4]; m];
    for (j, of_digit) in sigma.iter_mut().enumerate() {
        of_digit[digit(place, j)] = Scalar::ONE;
    }
    let mut minus_squares = vec![[Scalar::ZERO; 4]; m];
    let mut crossed = vec![[Scalar::ZERO; 4]; m];
    for j in 0..m {
        for i in 0..BASE {
            minus_squares[j][i] = -(a[j][i] * a[j][i]);
            crossed[j][i] = a[j][i] * (Scalar::ONE - sigma[j][i] - sigma[j][i]);
        }
    }
    let commitment_a = commit(&a, &minus_squares, &r_a);
    let commitment_b = commit(&sigma, &crossed, &r_b);

    // 2
    let mu = challenge_mu(&mut transcript, &commitment_a, &commitment_b)?;

    // 3
    let folded = G + mu * base;
    let polynomials: Vec<Vec<Scalar>> = (0..points.len()).map(|k| coefficients(k, &a, &sigma)).collect();
    let mut x = Vec::new();
    for j in 0..m {
        let mut sum = rho[j] * folded;
        for (point, polynomial) in points.iter().zip(&polynomials) {
            sum += polynomial[j] * point;
        }
        x.push(sum);
    }

    // 4
    let xi = challenge_xi(&mut transcript, &x)?;

    // 5
    let mut z = key * power(&xi, m);
    for (j, rho_j) in rho.iter().enumerate() {
        z -= rho_j * power(&xi, j);
    }
    let mut bytes = vec![FORM];
    for point in [tag, commitment_a, commitment_b].iter().chain(&x) {
        bytes.extend(point.compress().to_bytes());
    }
    for j in 0..m {
        for i in 1..BASE {
            bytes.extend((a[j][i] + xi * sigma[j][i]).to_bytes());
        }
    }
    bytes.extend((r_a + xi * r_b).to_bytes());
    bytes.extend(z.to_bytes());
    Ok(bytes)
}

pub(super) fn decode(words: &[&[u8]]) -> Checked<Signature> {
    let Some(m) = (digits_for(SMALL + 1)..=digits_for(65_536)).find(|m| words.len() == 5 + 4 * m) else {
        return Err("no number of digits has this length");
    };
    let element = |place: usize| group::element(words[place]);
    let scalar = |place: usize| group::scalar(words[place]);
    let mut f = Vec::new();
    for j in 0..m {
        let first = 3 + m + 3 * j;
        f.push([scalar(first)?, scalar(first + 1)?, scalar(first + 2)?]);
    }
    let proof = Proof {
        a: element(1)?,
        b: element(2)?,
        x: (0..m).map(|j| element(3 + j)).collect::<Checked<_>>()?,
        f,
        z_a: scalar(3 + 4 * m)?,
        z: scalar(4 + 4 * m)?,
    };
    Ok(Signature::Many { tag: element(0)?, proof: Box::new(proof) })
}

pub(super) fn verify(statement: &Statement<'_>, tag: &RistrettoPoint, proof: &Proof) -> Checked<()> {
    let members = statement.ring.members.len();
    if members <= SMALL || digits_for(members) != proof.x.len() {
        return Err("another size of ring");
    }
    let (points, m) = (padded(statement)?, proof.x.len());
    let base = group::base_of_scope(statement.scope);
    let mut transcript = statement.transcript(FORM, tag);
    let mu = challenge_mu(&mut transcript, &proof.a, &proof.b)?;
    let xi = challenge_xi(&mut transcript, &proof.x)?;

    let f: Vec<[Scalar; 4]> =
        proof.f.iter().map(|[one, two, three]| [xi - one - two - three, *one, *two, *three]).collect();
    let mut products = f.clone();
    for value in products.iter_mut().flatten() {
        *value *= xi - *value;
    }
    if proof.a + xi * proof.b != commit(&f, &products, &proof.z_a) {
        return Err("equation 1");
    }

    let mut left = mu * power(&xi, m) * tag;
    for (k, point) in points.iter().enumerate() {
        let mut product = Scalar::ONE;
        for (j, of_digit) in f.iter().enumerate() {
            product *= of_digit[digit(k, j)];
        }
        left += product * point;
    }
    let mut right = proof.z * (G + mu * base);
    for (j, x_j) in proof.x.iter().enumerate() {
        right += power(&xi, j) * x_j;
    }
    if left == right && *tag != RistrettoPoint::identity() { Ok(()) } else { Err("equation 2") }
}
