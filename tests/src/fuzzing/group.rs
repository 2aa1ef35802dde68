//! Group signatures: keys, joining, signatures, revocation, opening, the openers' ceremony. What was made verifies, and nothing
//! else.

use std::sync::LazyLock;

use hufu_group::{
    Ceremony, Claim, Credential, Dealer, Dealing, Enrolment, Epoch, Error, Group, Invitation, Issuer,
    IssuerKey, JoinRequest, Member, MemberKey, MemberSecret, MemoryRegister, OpenerKey, Openers, Opening,
    Parameters, PartialOpening, Scope, SecretShare, Signature, Tag, Update, Verified, Warrant, Witness,
    verify_batch,
};
use hufu_pairing::{Blst, Zkcrypto};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const MESSAGE: &[u8] = b"message";
const ACCOUNT: &[u8] = b"did:example:member";
/// Two of three open.
const OPENERS: u16 = 3;
const THRESHOLD: u16 = 2;
/// The removals of an update: each is an identifier and a point.
const REMOVAL_BYTES: usize = 80;
/// Where they begin: behind the epoch's number and their count.
const REMOVALS_AT: usize = 12;

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A group, and all that anybody in it ever made.
struct Known {
    ceremony: Ceremony,
    dealers: Vec<Dealer>,
    dealings: Vec<Dealing>,
    openers: Vec<OpenerKey>,
    parameters: Parameters,
    group: Group,
    issuer: Issuer,
    scope: Scope,
    request: JoinRequest,
    enrolment: Enrolment,
    member: Member,
    signatures: [Signature; 2],
    verified: Verified,
    warrant: Warrant,
    parts: Vec<PartialOpening>,
    opening: Opening,
    renewed: Epoch,
    witness: Witness,
    update: Update,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| make().expect("a group at work"));

/// The group and its member.
pub(super) fn known() -> (&'static Group, &'static Member) {
    (&KNOWN.group, &KNOWN.member)
}

fn invitation(nonce: u8) -> Invitation {
    Invitation::new(ACCOUNT, [nonce; 32]).expect("a short account")
}

fn make() -> Result<Known, Error> {
    let rng = &mut rng(1);
    let parameters = Parameters::new();
    let ceremony = Ceremony::new(b"openers", THRESHOLD, OPENERS)?;
    let dealt = (1..=OPENERS).map(|opener| ceremony.deal(opener, rng));
    let (dealers, dealings): (Vec<Dealer>, Vec<Dealing>) =
        dealt.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let openers = (1..=OPENERS).map(|opener| {
        let shares = dealers.iter().map(|dealer| dealer.share(opener)).collect::<Result<Vec<_>, _>>()?;
        ceremony.key(opener, &dealings, &shares)
    });
    let openers = openers.collect::<Result<Vec<_>, _>>()?;
    let issuer = Issuer::generate(rng)?;
    let group = Group::new(&parameters, b"group", issuer.key(), ceremony.openers(&dealings)?)?;
    let (epoch, mut register) = (group.first_epoch(), MemoryRegister::new());

    let mut admit = |nonce: u8, rng: &mut _| {
        let secret = MemberSecret::from_bytes(&[nonce; 32])?;
        let request = secret.request(&group, &invitation(nonce), rng)?;
        let (credential, enrolment) =
            issuer.admit(&group, &epoch, &request, &invitation(nonce), &register, rng)?;
        register.insert(ACCOUNT, b"consent", enrolment)?;
        Ok::<_, Error>((request, enrolment, Member::new(&group, &epoch, secret, credential)?))
    };
    let (request, enrolment, member) = admit(1, rng)?;
    let revoked = [admit(2, rng)?.1, admit(3, rng)?.1];

    let scope = Scope::new(b"scope")?;
    let signatures = [member.sign(None, MESSAGE, rng)?, member.sign(Some(&scope), MESSAGE, rng)?];
    let verified = signatures[0].verify(&group, &epoch, None, MESSAGE)?;
    let warrant = Warrant::new(b"warrant")?;
    let parts = openers[..2].iter().map(|opener| opener.open(&group, &verified, &warrant, rng));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let opening = Opening::combine(&group, &verified, &warrant, &parts)?.opening;
    let renewed = Epoch::renewed(&group, 1);
    let witness = issuer.witness(&group, &renewed, &member.key(), &register)?;
    let (update, _) = issuer.revoke(&group, &epoch, &revoked)?;
    Ok(Known {
        ceremony,
        dealers,
        dealings,
        openers,
        parameters,
        group,
        issuer,
        scope,
        request,
        enrolment,
        member,
        signatures,
        verified,
        warrant,
        parts,
        opening,
        renewed,
        witness,
        update,
    })
}

/// A decoder on both backends: one answer, which is the bytes that were read.
macro_rules! on_both {
    ($what:ident, $data:expr $(, $with:expr)*) => {{
        let read = $what::<Blst>::from_bytes($($with,)* $data);
        let other = $what::<Zkcrypto>::from_bytes($($with,)* $data);
        assert_eq!(read.as_ref().map(|read| read.to_bytes().to_vec()).map_err(Clone::clone), other.map(|read| read.to_bytes().to_vec()));
        read.iter().for_each(|read| assert_eq!(read.to_bytes()[..], *$data));
        read
    }};
}

/// Keys, public and secret, and whole groups.
pub(super) fn keys(data: &[u8]) {
    let Known { parameters, group, openers, .. } = &*KNOWN;
    on_both!(MemberKey, data)
        .iter()
        .for_each(|key| assert_eq!(Tag::from_bytes(data).map(|tag| tag.to_bytes()), Ok(key.to_bytes())));
    let _ = on_both!(IssuerKey, data);
    let _ = on_both!(MemberSecret, data);
    let issuer = on_both!(Issuer, data);
    issuer
        .iter()
        .for_each(|issuer| assert_eq!(IssuerKey::from_bytes(&issuer.key().to_bytes()), Ok(issuer.key())));
    let _ = on_both!(Openers, data);
    if let Ok(key) = OpenerKey::from_bytes(group.openers(), data) {
        assert_eq!(key.to_bytes()[..], *data);
        assert!(openers.iter().any(|known| known.to_bytes()[..] == *data));
    }
    if let Ok(read) = Group::from_bytes(parameters, data) {
        assert_eq!(read.to_bytes(), data);
        assert_eq!(read == *group, group.to_bytes() == data);
    }
}

/// Requests, credentials and enrolments: a request or credential holds if it was made.
pub(super) fn join(data: &[u8]) {
    let Known { group, request, member, .. } = &*KNOWN;
    if let Ok(read) = on_both!(JoinRequest, data) {
        assert_eq!(read.verify(group, &invitation(1)).is_ok(), *request == read);
        assert!(read.verify(group, &invitation(9)).is_err());
    }
    if let Ok(read) = on_both!(Credential, data) {
        let made = *member.credential() == read;
        let secret = MemberSecret::from_bytes(&[1; 32]).expect("a small number");
        assert_eq!(Member::new(group, &group.first_epoch(), secret, read).is_ok(), made);
    }
    if let Ok(read) = Enrolment::from_bytes(group, data) {
        assert_eq!(read.to_bytes(), data);
    }
}

/// A signature is its bytes; the two that the member made verify, each in its scope, and no other. A batch says the same.
pub(super) fn signature(data: &[u8]) {
    let Ok(signature) = on_both!(Signature, data) else { return };
    let Known { group, scope, signatures, .. } = &*KNOWN;
    let epoch = &group.first_epoch();
    for (known, scope) in signatures.iter().zip([None, Some(scope)]) {
        let made = known.to_bytes() == data;
        assert_eq!(signature.verify(group, epoch, scope, MESSAGE).is_ok(), made);
        assert!(signature.verify(group, epoch, scope, b"another").is_err());
        let claims =
            [known, &signature].map(|signature| Claim { group, epoch, scope, message: MESSAGE, signature });
        assert_eq!(verify_batch(&claims, &mut rng(2)).is_ok(), made);
    }
}

/// Epochs, witnesses and updates: a witness holds if the issuer gave it; an update if it is the issuer's, or its beginning,
/// which is an update as true.
pub(super) fn revocation(data: &[u8]) {
    let Known { group, member, renewed, witness, update, .. } = &*KNOWN;
    if let Ok(epoch) = Epoch::from_bytes(group, data) {
        assert_eq!(epoch.to_bytes()[..], *data);
        assert_eq!(epoch == group.first_epoch(), group.first_epoch().to_bytes()[..] == *data);
    }
    let credential = || Credential::from_bytes(&member.credential().to_bytes()).expect("our own");
    let secret = || MemberSecret::from_bytes(&[1; 32]).expect("a small number");
    let member = || Member::new(group, &group.first_epoch(), secret(), credential()).expect("a member");
    if let Ok(read) = on_both!(Witness, data) {
        assert_eq!(member().renew(renewed, &read).is_ok(), read == *witness);
    }
    if let Ok(read) = on_both!(Update, data) {
        let (all, removals) = (update.to_bytes(), &data[REMOVALS_AT..]);
        assert_eq!(removals.len(), REMOVAL_BYTES * read.count());
        let made = read.from() == 0 && all[REMOVALS_AT..].starts_with(removals);
        assert_eq!(read.apply(group, &group.first_epoch()).is_ok(), made);
        assert_eq!(member().follow(&[read]).is_ok(), made);
    }
}

/// Parts of openings and whole ones: they hold if openers made them, for this warrant.
pub(super) fn opening(data: &[u8]) {
    let Known { group, verified, warrant, parts, opening, member, .. } = &*KNOWN;
    let another = Warrant::new(b"another").expect("a document");
    if let Ok(part) = on_both!(PartialOpening, data) {
        assert_eq!(part.verify(group, verified, warrant).is_ok(), parts.contains(&part));
        assert!(part.verify(group, verified, &another).is_err());
    }
    if let Ok(read) = on_both!(Opening, data) {
        let key = read.verify(group, verified, warrant);
        assert_eq!(key.is_ok(), *opening == read);
        key.iter().for_each(|key| assert_eq!(*key, member.key()));
        assert!(read.verify(group, verified, &another).is_err());
    }
}

/// Dealings and shares: they hold if a dealer made them.
pub(super) fn ceremony(data: &[u8]) {
    let Known { ceremony, dealers, dealings, .. } = &*KNOWN;
    if let Ok(dealing) = on_both!(Dealing, data, ceremony) {
        assert_eq!(ceremony.check(&dealing).is_ok(), dealings.contains(&dealing));
    }
    if let Ok(share) = on_both!(SecretShare, data) {
        for (dealer, dealing) in dealers.iter().zip(dealings) {
            let made = dealer.share(share.opener()).is_ok_and(|own| own.to_bytes()[..] == *data);
            assert_eq!(share.verify(dealing).is_ok(), made);
        }
    }
}

pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    let known = &*KNOWN;
    match name {
        "group_keys" => vec![
            known.member.key().to_bytes().to_vec(),
            known.issuer.key().to_bytes().to_vec(),
            known.issuer.to_bytes().to_vec(),
            known.openers[1].to_bytes().to_vec(),
            known.group.openers().to_bytes(),
            known.group.to_bytes(),
        ],
        "group_join" => {
            vec![known.request.to_bytes(), known.member.credential().to_bytes(), known.enrolment.to_bytes()]
        }
        "group_signature" => known.signatures.iter().map(Signature::to_bytes).collect(),
        "group_revocation" => vec![
            known.group.first_epoch().to_bytes().to_vec(),
            known.witness.to_bytes(),
            known.update.to_bytes(),
        ],
        "group_opening" => {
            known.parts.iter().map(PartialOpening::to_bytes).chain([known.opening.to_bytes()]).collect()
        }
        "group_ceremony" => {
            let share = known.dealers[0].share(3).expect("there are three");
            known.dealings.iter().map(Dealing::to_bytes).chain([share.to_bytes().to_vec()]).collect()
        }
        _ => Vec::new(),
    }
}
