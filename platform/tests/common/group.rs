//! A group of three openers with its manager's secrets, and members for it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_group::{
    Ceremony, Group, Invitation, Issuer, Member, MemberSecret, MemoryRegister, OpenerKey, Verified,
};
use hufu_keys::{Algorithm, SigningKey};
use hufu_light::{GroupName, GroupRecord, Hash, OpeningRecord, Transaction, TrustAnchor};
use hufu_node::groups::{Operation, Report, report_scope};
use hufu_wire::Payload;
use serde_json::{Value, json};

use super::Service;

/// The openers, in the order of their numbers.
pub const OPENERS: [&str; 3] = ["operator", "registry", "auditor"];

pub struct Grouped {
    pub anchor: TrustAnchor,
    pub name: GroupName,
    pub group: Group,
    pub issuer: Issuer,
    pub openers: Vec<OpenerKey>,
    pub register: MemoryRegister,
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Grouped {
    /// Keys for a group of this name on the service's network; nothing is on the ledger yet.
    pub async fn new(service: &Service, name: &str) -> Self {
        let answer = service.get("/v1/trust-anchor", service.key("operator")).await.expect(200);
        let anchor: TrustAnchor = serde_json::from_value(answer).expect("an anchor");
        let name = GroupName::new(name).expect("a name");
        let ceremony = Ceremony::new(b"openers", 2, 3).expect("a ceremony");
        let (dealers, dealings): (Vec<_>, Vec<_>) =
            (1..=3).map(|number| ceremony.deal(number, &mut rand::rng()).expect("deals")).unzip();
        let key = |number| {
            let shares: Vec<_> =
                dealers.iter().map(|dealer| dealer.share(number).expect("a share")).collect();
            ceremony.key(number, &dealings, &shares).expect("a key")
        };
        let openers = (1..=3).map(key).collect();
        let issuer = Issuer::generate(&mut rand::rng()).expect("an issuer");
        let (full, public) = (name.full(&anchor), ceremony.openers(&dealings).expect("openers"));
        let group =
            Group::new(GroupRecord::parameters(), full.as_bytes(), issuer.key(), public).expect("a group");
        Self { anchor, name, group, issuer, openers, register: MemoryRegister::new() }
    }

    /// The body that makes it.
    pub fn creation(&self, service: &Service) -> Value {
        let openers: Vec<&str> = OPENERS.iter().map(|name| service.did(name)).collect();
        json!({ "name": self.name.name(), "group": encode(&self.group.to_bytes()), "openers": openers })
    }

    /// A member, and what registers it.
    pub fn joining(&mut self) -> (String, Value, Member) {
        let key = SigningKey::generate(Algorithm::P256, &mut rand::rng());
        let did = hufu_did::key::did(&key.verifying_key());
        let invitation = Invitation::new(did.as_str().as_bytes(), rand::random()).expect("an invitation");
        let secret = MemberSecret::generate(&mut rand::rng()).expect("a secret");
        let request = secret.request(&self.group, &invitation, &mut rand::rng()).expect("a request");
        let epoch = self.group.first_epoch();
        let admitted =
            self.issuer.admit(&self.group, &epoch, &request, &invitation, &self.register, &mut rand::rng());
        let (credential, enrolment) = admitted.expect("admitted");
        let consent = key.sign(&self.group.consent(invitation.account(), &request.key()));
        self.register.insert(invitation.account(), consent.as_bytes(), enrolment).expect("new");
        let body = json!({
            "account": did,
            "key": hex::encode(request.key().to_bytes()),
            "method": hufu_did::key::verification_method(&key.verifying_key()),
            "consent": encode(consent.as_bytes()),
        });
        (did.to_string(), body, Member::new(&self.group, &epoch, secret, credential).expect("a member"))
    }

    pub fn report(&self, member: &Member, about: &str) -> Transaction {
        let subject = about.to_owned().try_into().expect("a subject");
        let scope = report_scope(&subject);
        let operation = Operation::Report(Report { subject, text: "It was paid twice.".into() }).to_bytes();
        let nonce = rand::random();
        let payload = Payload::by_group(&self.anchor, &self.name, &scope, nonce, 1_000, "group", operation);
        payload.sign_by_group(member, &mut rand::rng()).expect("a signature")
    }

    /// The body that revokes a member, from the first epoch.
    pub fn revocation(&mut self, member: &Member) -> Value {
        let enrolment = self.register.revoke(&member.key(), &self.group.first_epoch()).expect("registered");
        let revoked = self.issuer.revoke(&self.group, &self.group.first_epoch(), &[enrolment]);
        let (update, _) = revoked.expect("an update");
        json!({
            "update": encode(&update.to_bytes()),
            "members": [hex::encode(member.key().to_bytes())],
            "reason": "They left.",
        })
    }

    /// The body of an opener's part.
    pub fn part(&self, opener: usize, signed: &Verified, opening: &Hash) -> Value {
        let warrant = OpeningRecord::warrant_of(&self.anchor, &self.name, opening);
        let part =
            self.openers[opener].open(&self.group, signed, &warrant, &mut rand::rng()).expect("a part");
        json!({ "part": encode(&part.to_bytes()) })
    }
}
