//! A case of `vectors/signatures.json`, computed from its inputs alone, with every value on the way.

use bls12_381::{G1Projective, Scalar};
use serde_json::{Map, Value, json};

use super::Checked;
use super::curve::{generator, inverse, write_g1, write_scalar};
use super::group::{
    Epoch, Group, Openers, apply, consent, encode_epoch, encode_group, encode_update, first_epoch, group_id,
    issuer_key, revoke,
};
use super::joining::{self, Member, admit, follow, request};
use super::opening::{self, Dealer, combine, deal, opener_key, part, verify_opening};
use super::signing::{self, Statement, Verified, verify};

/// What somebody chose or drew.
pub(crate) struct Inputs {
    pub(crate) context: Vec<u8>,
    /// Of each dealer, from 1 on, the coefficients and the entropy of its proof.
    pub(crate) dealers: Vec<(Vec<Scalar>, [u8; 32])>,
    pub(crate) gamma: Scalar,
    pub(crate) name: Vec<u8>,
    pub(crate) account: Vec<u8>,
    pub(crate) nonce: [u8; 32],
    pub(crate) u: Scalar,
    pub(crate) join_entropy: [u8; 32],
    /// The member's identifier, and that of the one who is removed.
    pub(crate) e: Scalar,
    pub(crate) removed: Scalar,
    pub(crate) signed: Vec<Signed>,
    pub(crate) document: Vec<u8>,
    pub(crate) opening_entropy: [u8; 32],
}

/// A signature to be made, before the removal or after it.
pub(crate) struct Signed {
    pub(crate) after: bool,
    pub(crate) scope: Option<Vec<u8>>,
    pub(crate) message: Vec<u8>,
    pub(crate) entropy: [u8; 32],
}

/// Values by their names in `docs/encoding.md`, in hex.
#[derive(Default)]
struct Values(Map<String, Value>);

impl Values {
    fn put(&mut self, name: &str, value: Value) {
        assert!(self.0.insert(name.into(), value).is_none(), "{name} twice");
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.put(name, json!(hex::encode(bytes)));
    }

    fn list(&mut self, name: &str, all: impl IntoIterator<Item = Vec<u8>>) {
        self.put(name, all.into_iter().map(hex::encode).collect());
    }

    fn point(&mut self, name: &str, point: &G1Projective) {
        self.bytes(name, &write_g1(point));
    }

    fn scalar(&mut self, name: &str, scalar: &Scalar) {
        self.bytes(name, &write_scalar(scalar));
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// Steps 1 to 4 of the ceremony: the group's openers, and their keys.
fn ceremony(values: &mut Values, inputs: &Inputs) -> Checked<(Openers, Vec<Vec<u8>>)> {
    let count = u16::try_from(inputs.dealers.len()).map_err(|_| "too many openers")?;
    let threshold = inputs.dealers[0].0.len();
    let (mut sums, mut shares) =
        (vec![G1Projective::identity(); threshold], vec![Scalar::zero(); inputs.dealers.len()]);
    let mut dealings = Vec::new();
    for (number, (coefficients, entropy)) in (1..).zip(&inputs.dealers) {
        let (base, constant) = (G1Projective::generator(), coefficients[0]);
        let commitments: Vec<_> = coefficients.iter().map(|coefficient| base * coefficient).collect();
        let mut transcript = opening::dealing_transcript(&inputs.context, count, number, &commitments)?;
        let kappa = transcript.nonces(&[&constant], entropy).scalar();
        transcript.append_point("R", &(base * kappa));
        let c = transcript.challenge("c")?;
        let dealer = Dealer::new(number, coefficients.clone());

        let mut one = Values::default();
        one.put("dealer", json!(number));
        one.list("coefficients", coefficients.iter().map(|scalar| write_scalar(scalar).to_vec()));
        one.bytes("entropy", entropy);
        one.list("F", commitments.iter().map(|point| write_g1(point).to_vec()));
        one.scalar("kappa", &kappa);
        one.point("R", &(base * kappa));
        one.scalar("c", &c);
        one.scalar("s", &(kappa + c * constant));
        one.bytes("dealing", &deal(&inputs.context, count, &dealer, entropy)?);
        one.list("shares", (1..=count).map(|opener| dealer.share(opener)));
        dealings.push(one.done());
        sums.iter_mut().zip(&commitments).for_each(|(sum, point)| *sum += point);
        for (place, sum) in (1_u64..).zip(&mut shares) {
            // f_i(j), the powers of j one after the other.
            let mut power = Scalar::one();
            for coefficient in coefficients {
                *sum += coefficient * power;
                power *= Scalar::from(place);
            }
        }
    }
    let openers = Openers { count, commitments: sums };
    values.bytes("context", &inputs.context);
    values.put("dealings", json!(dealings));
    values.list("Z_j", (1..=count).map(|opener| write_g1(&openers.share(opener)).to_vec()));
    let keys: Vec<_> =
        (1..=count).zip(&shares).map(|(opener, share)| opener_key(opener, &[*share])).collect();
    values.list("openers", keys.clone());
    Ok((openers, keys))
}

/// The request, with the values of its proof.
fn join(values: &mut Values, inputs: &Inputs, group: &Group) -> Checked<G1Projective> {
    let base = generator("K");
    let key = base * inputs.u;
    let mut transcript = joining::transcript(group, &inputs.account, &inputs.nonce, &key);
    let k = transcript.nonces(&[&inputs.u], &inputs.join_entropy).scalar();
    transcript.append_point("R", &(base * k));
    let c = transcript.challenge("c")?;
    let mut proof = Values::default();
    proof.point("Q", &key);
    proof.scalar("k", &k);
    proof.point("R", &(base * k));
    proof.scalar("c", &c);
    proof.scalar("s", &(k + c * inputs.u));
    values.put("join", proof.done());
    values.bytes("account", &inputs.account);
    values.bytes("nonce", &inputs.nonce);
    values.scalar("u", &inputs.u);
    values.bytes("consent", &consent(group, &inputs.account, &key));
    values.bytes("join_entropy", &inputs.join_entropy);
    let request = request(group, &inputs.account, &inputs.nonce, &inputs.u, &inputs.join_entropy)?;
    values.bytes("join_request", &request);
    Ok(key)
}

/// The credential, the removal of another and the credential that follows it; the member before and after.
fn epochs(
    values: &mut Values,
    inputs: &Inputs,
    group: &Group,
    key: &G1Projective,
) -> Checked<[(Member, Epoch); 2]> {
    let Inputs { gamma, e, removed, u, .. } = inputs;
    let first = first_epoch(group);
    values.bytes("epoch", &encode_epoch(&first));
    let credential = admit(gamma, &first, key, *e)?;
    values.scalar("e", e);
    values.scalar("1/(gamma+e)", &inverse(&(gamma + e))?);
    values.point("A", &credential.signature);
    values.point("W", &credential.witness);
    values.bytes("credential", &credential.encode());
    let before = Member { secret: *u, credential };

    let update = revoke(gamma, &first, &[*removed])?;
    let next = apply(group, &first, &update)?;
    values.scalar("e*", removed);
    values.scalar("1/(gamma+e*)", &inverse(&(gamma + removed))?);
    values.point("V*", &next.value);
    values.bytes("update", &encode_update(&update));
    let mut after = before.clone();
    follow(&mut after, &update)?;
    values.scalar("e*-e", &(removed - e));
    values.scalar("1/(e*-e)", &inverse(&(removed - e))?);
    values.point("W*", &after.credential.witness);
    values.bytes("followed_credential", &after.credential.encode());
    Ok([(before, first), (after, next)])
}

/// Every opener's part of a signature, and the opening by the first k.
fn open(
    values: &mut Values,
    inputs: &Inputs,
    group: &Group,
    keys: &[Vec<u8>],
    signed: &Verified,
) -> Checked<()> {
    let threshold = usize::from(group.openers.threshold());
    let (document, entropy) = (&inputs.document, &inputs.opening_entropy);
    values.bytes("document", document);
    values.bytes("warrant", &opening::warrant_digest(document));
    values.bytes("opening_entropy", entropy);
    let (mut proofs, mut parts) = (Vec::new(), Vec::new());
    for (number, key) in (1..).zip(keys) {
        let secret = super::scalar(&key[2..])?;
        let d = signed.e0 * secret;
        let mut transcript = opening::transcript(group, signed, document, number, &d);
        let kappa = transcript.nonces(&[&secret], entropy).scalar();
        let commitments = [("R1", G1Projective::generator() * kappa), ("R2", signed.e0 * kappa)];
        let mut one = Values::default();
        one.point("D", &d);
        one.scalar("kappa", &kappa);
        for (name, commitment) in &commitments {
            transcript.append_point(name, commitment);
            one.point(name, commitment);
        }
        let c = transcript.challenge("c")?;
        one.scalar("c", &c);
        one.scalar("s", &(kappa + c * secret));
        if usize::from(number) <= threshold {
            one.scalar(
                "lambda",
                &opening::lambda(number, &(1..=group.openers.threshold()).collect::<Vec<_>>())?,
            );
        }
        proofs.push(one.done());
        parts.push(part(group, signed, document, key, entropy)?);
    }
    values.put("part_proofs", json!(proofs));
    values.list("parts", parts.clone());
    let together = combine(&parts[..threshold])?;
    values.bytes("opening", &together);
    values.bytes("opened_key", &verify_opening(group, signed, document, &together)?);
    Ok(())
}

/// Everything of one group.
pub(crate) fn case(inputs: &Inputs) -> Checked<Value> {
    let mut values = Values::default();
    for letter in ["G", "K", "Y"] {
        values.point(letter, &generator(letter));
    }
    let (openers, keys) = ceremony(&mut values, inputs)?;
    let group = Group { name: inputs.name.clone(), issuer: issuer_key(&inputs.gamma), openers };
    values.scalar("gamma", &inputs.gamma);
    values.bytes("group", &encode_group(&group));
    values.bytes("group_id", &group_id(&group));
    let key = join(&mut values, inputs, &group)?;
    let members = epochs(&mut values, inputs, &group, &key)?;
    let (mut signatures, mut first) = (Vec::new(), None);
    for Signed { after, scope, message, entropy } in &inputs.signed {
        let (member, epoch) = &members[usize::from(*after)];
        let statement = Statement {
            group: group.clone(),
            epoch: epoch.clone(),
            scope: scope.clone(),
            message: message.clone(),
        };
        let mut one = Values::default();
        one.put("scope", scope.as_ref().map_or(Value::Null, |scope| json!(hex::encode(scope))));
        one.bytes("message", message);
        one.bytes("entropy", entropy);
        one.bytes("in_epoch", &encode_epoch(epoch));
        let mut signature = Vec::new();
        for (name, bytes) in signing::traced(member, &statement, entropy)? {
            one.bytes(name, &bytes);
            if name == "signature" {
                signature = bytes;
            }
        }
        let verified = verify(&signature, &statement)?;
        one.bytes("digest", &verified.digest);
        signatures.push(one.done());
        first.get_or_insert(verified);
    }
    open(&mut values, inputs, &group, &keys, &first.ok_or("nothing signed")?)?;
    values.put("signatures", json!(signatures));
    Ok(values.done())
}
