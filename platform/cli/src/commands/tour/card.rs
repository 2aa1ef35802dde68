//! A student card shown twice, to two verifiers who compare notes and learn nothing of it.

use std::time::Instant;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Actor, Journey, wallet::TourWallet};
use crate::{
    commands::{examples, text},
    exit::{Code, Failure},
};

/// What is shown of a card: that its holder studies there. Neither who it is nor which card.
const SHOWN: &str = "/credentialSubject/alumniOf/name";

/// Bytes in a row that two proofs of one card must not have in common. Two random strings of 300 bytes share that many with
/// a probability of 2⁻⁴⁷.
const RUN: usize = 8;

fn no(words: impl Into<String>) -> anyhow::Error {
    Failure::with(Code::No, words.into())
}

impl Journey {
    /// Two students get a card each; one shows it twice, the other once.
    pub(super) async fn unlinkable_card(
        &mut self,
        school: &Actor,
        verifier: &Actor,
        wallet: &TourWallet,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut cards = Vec::new();
        for name in ["Ada", "Bo"] {
            let request = json!({
                "credential": examples::selective_student_card(&school.did, name),
                "options": { "cryptosuite": "bbs-2023", "mandatoryPointers": ["/issuer"] },
            });
            let issued = school.client.post("/credentials/issue", &request).await?;
            cards.push(
                issued.get("verifiableCredential").cloned().context("the service answers with the card")?,
            );
        }
        let [ada, bo] = cards.as_slice() else { return Err(no("two cards were asked for")) };
        self.step(
            "the school issues two student cards for selective disclosure, secured with bbs-2023",
            "POST /credentials/issue",
            begun,
            ada,
        );
        let first = self.show(wallet, ada, verifier, "the library").await?;
        let second = self.show(wallet, ada, verifier, "the swimming pool").await?;
        let other = self.show(wallet, bo, verifier, "the museum").await?;
        let begun = Instant::now();
        let (seen, again, of_other) = (Shown::of(&first)?, Shown::of(&second)?, Shown::of(&other)?);
        if seen.document != again.document || seen.document != of_other.document {
            return Err(no("what is shown tells the cards apart"));
        }
        for (one, two) in [(&seen, &again), (&seen, &of_other)] {
            if let Some(run) = common_run(&one.proof, &two.proof) {
                return Err(no(format!("two proofs share the bytes {}", hex::encode(run))));
            }
        }
        self.step(
            &format!(
                "the verifiers compare: the same document from all three, and proofs of {} bytes without {RUN} bytes in a row in \
                 common, be they of one student or of two",
                seen.proof.len()
            ),
            "the bytes",
            begun,
            &seen.document,
        );
        Ok(())
    }

    async fn show(
        &mut self,
        wallet: &TourWallet,
        card: &Value,
        verifier: &Actor,
        place: &str,
    ) -> anyhow::Result<Value> {
        let given = verifier.client.post("/challenges", &json!({})).await?;
        let begun = Instant::now();
        let challenge = text(&given, "/challenge");
        let shown = wallet.derive(card, SHOWN, &challenge)?;
        let request = json!({ "verifiableCredential": shown, "options": { "challenge": challenge } });
        let report = verifier.client.post("/credentials/verify", &request).await?;
        if report.get("verified") != Some(&Value::Bool(true)) {
            return Err(no(format!("what was derived does not verify: {report}")));
        }
        self.step(
            &format!("{place} verifies that its guest studies there, and learns no name"),
            &format!("hufu vc derive --disclose {SHOWN}; POST /credentials/verify"),
            begun,
            &shown,
        );
        Ok(shown)
    }
}

/// What a verifier got: all but the proof's value, and the BBS proof in it.
struct Shown {
    document: Value,
    proof: Vec<u8>,
}

impl Shown {
    fn of(credential: &Value) -> anyhow::Result<Self> {
        let value = text(credential, "/proof/proofValue");
        let bytes = URL_SAFE_NO_PAD.decode(value.strip_prefix('u').unwrap_or_default())?;
        let mut document = credential.clone();
        if let Some(proof) = document.get_mut("proof").and_then(Value::as_object_mut) {
            proof.remove("proofValue");
        }
        let proof = bbs_proof(&bytes).context("the proof's value is that of a derived bbs-2023 proof")?;
        Ok(Self { document, proof: proof.to_vec() })
    }
}

/// The first of the five parts of a derived proof's value (Data Integrity BBS Cryptosuites §3.3.9): three bytes that say so, an
/// array of five in CBOR, and a byte string with its length in two bytes.
fn bbs_proof(value: &[u8]) -> Option<&[u8]> {
    let rest = value.strip_prefix(&[0xd9, 0x5d, 0x03, 0x85, 0x59])?;
    let (length, rest) = rest.split_first_chunk()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}

/// Bytes in a row that both have.
fn common_run<'a>(one: &'a [u8], two: &[u8]) -> Option<&'a [u8]> {
    one.windows(RUN).find(|run| two.windows(RUN).any(|other| other == *run))
}

#[cfg(test)]
mod tests {
    use super::{RUN, bbs_proof, common_run};

    #[test]
    fn runs_are_found_wherever_they_are() {
        let one: Vec<u8> = (0..40).collect();
        let two: Vec<u8> = (33..80).collect();
        assert_eq!(common_run(&one, &two), None, "seven in common");
        let two: Vec<u8> = (32..80).collect();
        assert_eq!(common_run(&one, &two), Some(&one[40 - RUN..]), "eight");
    }

    #[test]
    fn the_proof_is_the_first_part() {
        assert_eq!(bbs_proof(&[0xd9, 0x5d, 0x03, 0x85, 0x59, 0, 2, 7, 8, 9]), Some(&[7, 8][..]));
        assert_eq!(bbs_proof(&[0xd9, 0x5d, 0x02, 0x85, 0x59, 0, 2, 7, 8, 9]), None);
        assert_eq!(bbs_proof(&[0xd9, 0x5d, 0x03, 0x85, 0x59, 0, 9, 7]), None);
    }
}
