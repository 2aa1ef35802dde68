//! One function for every entry point of untrusted bytes, each with the law that its decoder keeps.
//!
//! `fuzz/` calls them under libFuzzer; `tests/fuzz_corpus.rs` calls them on the kept corpus and on mutations of it in
//! every run of the tests. A function returns for any input: what it finds wrong is a panic.

mod bbs;
mod costs;
mod credentials;
mod did;
mod disclosure;
mod group;
mod kept;
mod keys;
mod ledger;
mod membership;
mod modes;
mod pairing;
mod peers;
mod ring;
mod seeds;
mod sm;
mod text;
mod unnamed;

pub use kept::{MAX_KEPT_BYTES, kept, kept_file, pack, unpack};
pub use seeds::seeds;

/// A named entry point.
pub type Target = (&'static str, fn(&[u8]));

/// Every entry point; each has a target of the same name in `fuzz/fuzz_targets`, and its kept corpus in `fuzz/kept`.
pub const TARGETS: &[Target] = &[
    ("jcs", text::jcs),
    ("jsonld", text::jsonld),
    ("policy", text::policy),
    ("keys_text", keys::text),
    ("keys_der", keys::der),
    ("keys_derived", keys::derived),
    ("keys_any", keys::any),
    ("keys_encrypted", keys::encrypted),
    ("keys_sm2", keys::sm2_decrypt),
    ("keystore", keys::keystore),
    ("signatures", keys::signatures),
    ("did", did::did),
    ("did_document", did::document),
    ("did_operation", did::operation),
    ("credential", credentials::credential),
    ("presentation", credentials::presentation),
    ("membership", membership::membership),
    ("status_list", credentials::status_list),
    ("status_records", credentials::status_records),
    ("answer", ledger::answer),
    ("genesis", ledger::genesis),
    ("transaction", ledger::transaction),
    ("unnamed_request", unnamed::request),
    ("unnamed_transaction", unnamed::transaction),
    ("unnamed_records", unnamed::records),
    ("sm2_public_key", sm::public_key),
    ("sm2_secret_key", sm::secret_key),
    ("sm2_signature", sm::signature),
    ("sm2_ciphertext", sm::ciphertext),
    ("sm2_exchange", sm::exchange),
    ("sm4_modes", modes::modes),
    ("sm2_peer", peers::sm2),
    ("sm3_peer", peers::sm3),
    ("sm4_peer", peers::sm4),
    ("ring_keys", ring::keys),
    ("ring_signature", ring::signature),
    ("ring_threshold", ring::threshold),
    ("bbs_keys", bbs::keys),
    ("bbs_signature", bbs::signature),
    ("bbs_proof", bbs::proof),
    ("bbs_blind", bbs::blind_issuance),
    ("bbs_pseudonym", bbs::pseudonym),
    ("bbs_committed", bbs::committed),
    ("group_keys", group::keys),
    ("group_join", group::join),
    ("group_signature", group::signature),
    ("group_revocation", group::revocation),
    ("group_opening", group::opening),
    ("group_ceremony", group::ceremony),
    ("sd_proof", disclosure::proof),
    ("sd_pointers", disclosure::pointers),
    ("sd_document", disclosure::documents),
    ("pairing_encodings", pairing::encodings),
    ("pairing_arithmetic", pairing::arithmetic),
];

/// Runs the entry point of that name.
///
/// # Panics
/// If there is none, or if a law is broken.
pub fn run(name: &str, data: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("the name is in TARGETS");
    target(data);
}
