//! A secret ballot: every member votes once, nobody learns who voted what, and a double vote is seen.
//!
//! `cargo run -p hufu-ring --example ballot`

use std::collections::BTreeMap;

use hufu_ring::{
    Claim, Error, ProofOfPossession, Ring, RingContext, Scope, Signature, SigningKey, verify_batch,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

fn main() -> Result<(), Error> {
    // A fixed seed, so that the example prints the same each time. Votes need a generator of the system's.
    let mut rng = ChaCha20Rng::from_seed([42; 32]);

    // Registration: every member shows that he holds his key, bound to his name.
    let keys: Vec<SigningKey> = (0..20).map(|_| SigningKey::generate(&mut rng)).collect();
    let mut members = Vec::new();
    for (number, key) in keys.iter().enumerate() {
        let name = format!("did:example:member-{number}");
        let proof = ProofOfPossession::new(key, name.as_bytes(), &mut rng)?;
        proof.verify(&key.verifying_key(), name.as_bytes())?;
        members.push(key.verifying_key());
    }
    let ring = Ring::of_list(RingContext::new(b"did:example:board#members", 3)?, members)?;
    let scope = Scope::new(b"board/2027/motion-4")?;

    // Votes, as they arrive in the box. Member 5 votes twice.
    let ballots = [(3, "yes"), (5, "yes"), (11, "no"), (5, "no"), (19, "yes")];
    let mut votes: Vec<(&str, Vec<u8>)> = Vec::new();
    for (member, choice) in ballots {
        votes.push((choice, keys[member].sign(&ring, &scope, choice.as_bytes(), &mut rng)?.to_bytes()));
    }

    // Counting: anyone can, with nothing but ring, scope and box.
    let read: Vec<Signature> =
        votes.iter().map(|(_, bytes)| Signature::from_bytes(bytes)).collect::<Result<_, _>>()?;
    let claims: Vec<Claim<'_>> = votes
        .iter()
        .zip(&read)
        .map(|((choice, _), signature)| Claim::new(&ring, &scope, choice.as_bytes(), signature))
        .collect();
    let mut first_votes = BTreeMap::new();
    let mut lines = vec![format!("{} votes, {} bytes each", votes.len(), votes[0].1.len())];
    for (tag, (choice, _)) in verify_batch(&claims, &mut rng)?.into_iter().zip(&votes) {
        if let Some(before) = first_votes.insert(tag, *choice) {
            lines.push(format!(
                "a double vote: {before:?} and then {choice:?} by one member, whoever that is"
            ));
            first_votes.insert(tag, before);
        }
    }
    for choice in ["yes", "no"] {
        let count = first_votes.values().filter(|vote| **vote == choice).count();
        lines.push(format!("{choice}: {count}"));
    }

    // Who is no member cannot vote, and a vote cannot be changed.
    let stranger = SigningKey::generate(&mut rng);
    if let Err(refusal) = stranger.sign(&ring, &scope, b"no", &mut rng) {
        lines.push(format!("a stranger: {refusal}"));
    }
    if let Err(refusal) = read[0].verify(&ring, &scope, b"no") {
        lines.push(format!("a changed vote: {refusal}"));
    }
    print(&lines);
    Ok(())
}

#[allow(clippy::print_stdout, reason = "an example shows what it did")]
fn print(lines: &[String]) {
    println!("{}", lines.join("\n"));
}
