//! Presentations of membership in a list or a group: one that was read is written as it was, and none verifies but what a member
//! answered, for what it was asked.

use std::sync::LazyLock;

use hufu_credentials::membership::{Linkage, MembershipPresentation, MembershipReference, MembershipRequest};
use hufu_jcs::{Limits, parse};
use hufu_ring::{Ring, RingContext, SigningKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::group;

const MEMBERS: usize = 3;

/// The ring of a list, and all that one of it and a group's member ever answered.
struct Known {
    ring: Ring,
    answers: Vec<MembershipPresentation>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let rng = &mut ChaCha20Rng::from_seed([1; 32]);
    let keys: Vec<SigningKey> = (0..MEMBERS).map(|_| SigningKey::generate(rng)).collect();
    let context = RingContext::new(b"members", 3).expect("a short name");
    let ring = Ring::of_list(context, keys.iter().map(SigningKey::verifying_key).collect()).expect("a ring");
    let mut answers = Vec::new();
    for linkage in [Linkage::None, Linkage::Domain] {
        let by_ring =
            MembershipPresentation::by_ring(&asked("ring:members/3", linkage), &ring, &keys[0], rng);
        answers.push(by_ring.expect("a member answers"));
        let by_group =
            MembershipPresentation::by_group(&asked("group:staff", linkage), group::known().1, rng);
        answers.push(by_group.expect("a member answers"));
    }
    Known { ring, answers }
});

fn asked(of: &str, linkage: Linkage) -> MembershipRequest {
    let reference =
        MembershipReference { network: "demo".to_owned(), genesis_hash: "5a".repeat(32), of: of.to_owned() };
    MembershipRequest {
        reference,
        challenge: "challenge".to_owned(),
        domain: "https://verifier.example".to_owned(),
        linkage,
    }
}

pub(super) fn membership(data: &[u8]) {
    let Ok(value) = parse(data, Limits::DEFAULT) else { return };
    let Ok(read) = MembershipPresentation::from_value(value) else { return };
    let written = read.to_value().expect("what was read can be written");
    assert_eq!(MembershipPresentation::from_value(written).as_ref(), Ok(&read));
    let Known { ring, answers } = &*KNOWN;
    let (group, _) = group::known();
    for answer in answers {
        let asked = answer.request();
        let holds = read.verify_by_ring(&asked, ring).is_ok()
            || read.verify_by_group(&asked, group, &group.first_epoch()).is_ok();
        assert_eq!(holds, read == *answer);
        let another = MembershipRequest { challenge: "another".to_owned(), ..asked };
        assert!(read.verify_by_ring(&another, ring).is_err());
        assert!(read.verify_by_group(&another, group, &group.first_epoch()).is_err());
    }
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let texts = KNOWN.answers.iter().map(|answer| answer.to_value().expect("our own").to_string());
    texts.map(String::into_bytes).collect()
}
