//! `hufu group` as types.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use hufu_did::Did;
use hufu_light::{GroupName, Hash};

use super::{Asked, Destination, Listing, Presented, Seal, Service, Source, Unlock};

#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Opener: begin the making of the openers' key, which nobody ever has as a whole.
    Deal(GroupDeal),
    /// Opener: take the secret share for another opener out of one's dealer file.
    Share(GroupShare),
    /// Opener: make one's own key from all dealings and the shares of the others.
    OpenerKey(GroupOpenerKey),
    /// Manager: make a group from the openers' dealings, offline or on the ledger.
    Create(GroupCreate),
    /// Manager: invite a DID to become a member.
    Invite(GroupInvite),
    /// Manager: admit whoever was invited and asks; the account's consent is checked.
    Admit(GroupAdmit),
    /// Manager: revoke members; the group's next epoch begins.
    Revoke(GroupRevoke),
    /// Manager: give a member that has fallen far behind a witness of the epoch in force.
    Witness(GroupWitness),
    /// Member: ask to be admitted, with the consent of the account's own key.
    Request(GroupRequest),
    /// Member: make the membership from the manager's answer, which is checked.
    Join(GroupJoin),
    /// Take a membership, or a verifier's copy of the group, to the epoch in force.
    Follow(GroupFollow),
    /// Member: go to the epoch in force by the manager's witness. Unlike `follow`, the manager learns who asks.
    Renew(GroupRenew),
    /// Member: sign a file for the group; nobody learns who.
    Sign(GroupSign),
    /// Verify a group's signature; the exit code is 1 if it does not verify.
    Verify(GroupVerify),
    /// Member: answer a verifier's challenge as a member of the group; nobody learns who.
    Present(GroupPresent),
    /// Verify such an answer, here by the group's file or by the service; the exit code is 1 if it does not verify.
    VerifyPresentation(GroupVerifyPresentation),
    /// Opener: give one's part of opening a signed file, for a warrant.
    Part(GroupPart),
    /// Say who signed a file, from the openers' parts; anybody can.
    Combine(GroupCombine),
    /// Member: report on the ledger, unnamed and once on a subject. No API key is needed; one that is there only reads.
    Report(GroupReport),
    /// Ask whose report it was. Request, reason and requester stay on the ledger.
    RequestOpening(GroupRequestOpening),
    /// Opener: give one's part of an opening on the ledger. The last part tells whose report it was.
    Open(GroupOpen),
    /// Check an opening on the ledger as an outsider; the exit code is 1 if something does not hold.
    Check(GroupCheck),
    /// Write the file of a group on the ledger, with the epoch in force, read with proof.
    Fetch(GroupFetch),
    /// The groups on the ledger.
    List {
        #[command(flatten)]
        listing: Listing,
        #[command(flatten)]
        service: Service,
    },
    /// A group on the ledger, or what it has.
    Show(GroupShow),
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupDeal {
    /// What all openers agreed to call this making of a key: a text that is used once.
    #[arg(long)]
    pub(crate) context: String,
    /// How many openers open together.
    #[arg(long)]
    pub(crate) threshold: u16,
    /// How many openers there are.
    #[arg(long)]
    pub(crate) openers: u16,
    /// Which of them deals, counted from 1.
    #[arg(long)]
    pub(crate) number: u16,
    /// The file of the secret (mode 0600, not encrypted); to be deleted once all have their keys.
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// The file of the dealing, for everybody.
    #[arg(long)]
    pub(crate) public_out: PathBuf,
    /// Replace files that exist.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupShare {
    /// One's dealer file.
    pub(crate) dealer: PathBuf,
    /// The number of the opener that the share is for.
    #[arg(long = "for", value_name = "NUMBER")]
    pub(crate) number: u16,
    /// The file of the share (mode 0600); it goes to that opener alone.
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupOpenerKey {
    /// One's dealer file.
    #[arg(long)]
    pub(crate) dealer: PathBuf,
    /// The dealings of all openers, one's own among them.
    #[arg(long, num_args = 1.., required = true)]
    pub(crate) dealings: Vec<PathBuf>,
    /// The shares that the other openers sent.
    #[arg(long, num_args = 1..)]
    pub(crate) shares: Vec<PathBuf>,
    /// The file of the key (mode 0600).
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) seal: Seal,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupCreate {
    /// The group's name; on the ledger 1 to 32 of a-z, 0-9 and '-'.
    pub(crate) name: String,
    /// The dealings of the openers.
    #[arg(long, num_args = 1.., required = true)]
    pub(crate) dealings: Vec<PathBuf>,
    /// The file of the manager's secret (mode 0600).
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// The file of the group, for everybody.
    #[arg(long)]
    pub(crate) group_out: PathBuf,
    /// The file of the register of members (mode 0600), empty as yet.
    #[arg(long)]
    pub(crate) register_out: PathBuf,
    /// Replace files that exist.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) seal: Seal,
    /// Make the group on the ledger; the caller's DID manages it.
    #[arg(long, requires = "opener")]
    pub(crate) ledger: bool,
    /// The DID of an opener, in the order of their numbers; repeated for each.
    #[arg(long, value_name = "DID", requires = "ledger")]
    pub(crate) opener: Vec<Did>,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupInvite {
    /// Who is invited: a DID.
    pub(crate) account: Did,
    /// The group's file.
    #[arg(long, short)]
    pub(crate) group: PathBuf,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

/// What a manager acts with.
#[derive(Args, Clone, Debug)]
pub(crate) struct GroupOffice {
    /// The file of the manager's secret.
    #[arg(long)]
    pub(crate) issuer: PathBuf,
    /// The group's file.
    #[arg(long, short)]
    pub(crate) group: PathBuf,
    /// The register of members, which is changed.
    #[arg(long)]
    pub(crate) register: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupAdmit {
    /// The file of the request.
    pub(crate) request: PathBuf,
    /// The manager's own copy of the invitation.
    #[arg(long)]
    pub(crate) invitation: PathBuf,
    #[command(flatten)]
    pub(crate) office: GroupOffice,
    /// The file of the credential (mode 0600); it goes to the member alone.
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
    /// Register the member on the ledger.
    #[arg(long)]
    pub(crate) ledger: bool,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupRevoke {
    /// Whom: DIDs, or member keys in hexadecimal.
    #[arg(required = true)]
    pub(crate) members: Vec<String>,
    #[command(flatten)]
    pub(crate) office: GroupOffice,
    /// The file of the update, by which all others follow; on the ledger everybody finds it there.
    #[arg(long, short, required_unless_present = "ledger")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
    /// Revoke on the ledger.
    #[arg(long, requires = "reason")]
    pub(crate) ledger: bool,
    /// Why; it is recorded on the ledger.
    #[arg(long, requires = "ledger")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupWitness {
    /// Whom it is for: a DID, or a member key in hexadecimal.
    pub(crate) member: String,
    #[command(flatten)]
    pub(crate) office: GroupOffice,
    /// The file of the witness (mode 0600); it goes to the member alone.
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
    /// Take the epoch in force from the ledger, not from the group's file.
    #[arg(long)]
    pub(crate) ledger: bool,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupRenew {
    /// The file of the witness.
    pub(crate) witness: PathBuf,
    /// The file of the membership, which is changed.
    #[arg(long, short)]
    pub(crate) member: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    /// The group's file, in the epoch of the witness, from another source than the manager.
    #[arg(long, short, required_unless_present = "ledger", conflicts_with = "ledger")]
    pub(crate) group: Option<PathBuf>,
    /// Read the epoch in force from the ledger, with proof.
    #[arg(long)]
    pub(crate) ledger: bool,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupRequest {
    /// The group's file.
    #[arg(long, short)]
    pub(crate) group: PathBuf,
    /// The invitation.
    #[arg(long)]
    pub(crate) invitation: PathBuf,
    /// The file of the member's secret (mode 0600, not encrypted); the manager never sees it. To be deleted once joined.
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// The file of the request, for the manager.
    #[arg(long)]
    pub(crate) request_out: PathBuf,
    /// Replace files that exist.
    #[arg(long)]
    pub(crate) force: bool,
    /// The verification method of the account that the key is; not needed for a did:key or did:jwk.
    #[arg(long, value_name = "DID_URL")]
    pub(crate) method: Option<String>,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupJoin {
    /// The file of the credential.
    pub(crate) credential: PathBuf,
    /// The file of the member's secret.
    #[arg(long)]
    pub(crate) secret: PathBuf,
    /// The group's file.
    #[arg(long, short)]
    pub(crate) group: PathBuf,
    /// The file of the membership (mode 0600).
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) seal: Seal,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupFollow {
    /// The updates, in their order.
    #[arg(required_unless_present = "ledger", conflicts_with = "ledger")]
    pub(crate) updates: Vec<PathBuf>,
    /// The file of a membership, which is changed.
    #[arg(long, short, required_unless_present = "group", conflicts_with = "group")]
    pub(crate) member: Option<PathBuf>,
    /// A group's file, which is changed.
    #[arg(long, short)]
    pub(crate) group: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    /// Read the updates from the ledger, with proof.
    #[arg(long)]
    pub(crate) ledger: bool,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupSign {
    /// The file to sign (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The file of the membership.
    #[arg(long, short)]
    pub(crate) member: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    /// What a member may do only once unnoticed: within it its signatures can be told to be of one member.
    #[arg(long, short = 'S')]
    pub(crate) scope: Option<String>,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

/// A signed file, and what its signature is verified with.
#[derive(Args, Clone, Debug)]
pub(crate) struct GroupSigned {
    /// The file that was signed (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The signature's file.
    #[arg(long, short)]
    pub(crate) signature: PathBuf,
    /// The group's file, in the epoch of the signature.
    #[arg(long, short)]
    pub(crate) group: PathBuf,
    /// The scope that the signature must be of; without it, it must have none.
    #[arg(long, short = 'S')]
    pub(crate) scope: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupVerify {
    #[command(flatten)]
    pub(crate) signed: GroupSigned,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupPresent {
    /// The file of the membership.
    #[arg(long, short)]
    pub(crate) member: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    #[command(flatten)]
    pub(crate) asked: Asked,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupVerifyPresentation {
    /// Verify here, by the group's file of the verifier's own, in the epoch in force.
    #[arg(long, short, required_unless_present = "of", conflicts_with = "of")]
    pub(crate) group: Option<PathBuf>,
    /// Have the service verify, by the ledger: `group:<name>`.
    #[arg(long, value_name = "GROUP")]
    pub(crate) of: Option<GroupName>,
    #[command(flatten)]
    pub(crate) presented: Presented,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupPart {
    #[command(flatten)]
    pub(crate) signed: GroupSigned,
    /// The file of the opener's key.
    #[arg(long, short)]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    /// The document that permits the opening.
    #[arg(long)]
    pub(crate) warrant: PathBuf,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupCombine {
    #[command(flatten)]
    pub(crate) signed: GroupSigned,
    /// The document that permits the opening.
    #[arg(long)]
    pub(crate) warrant: PathBuf,
    /// The openers' parts.
    #[arg(long, num_args = 1.., required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// The register of members, which tells whose the member key is.
    #[arg(long)]
    pub(crate) register: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupReport {
    /// The text (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// About what: 1 to 128 printable ASCII characters without spaces. A member reports on it once.
    #[arg(long, value_name = "SUBJECT")]
    pub(crate) about: String,
    /// The file of the membership, which is taken to the epoch in force.
    #[arg(long, short)]
    pub(crate) member: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    /// Read without the API key, too, as is done where there is none: as some member in the epoch in force. The `--url` must be the
    /// one that the service knows itself by.
    #[arg(long)]
    pub(crate) unnamed: bool,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupRequestOpening {
    /// The group's name.
    #[arg(value_parser = GroupName::new)]
    pub(crate) name: GroupName,
    /// The report's id.
    #[arg(value_parser = Hash::from_hex)]
    pub(crate) report: Hash,
    /// Why; it is recorded on the ledger.
    #[arg(long)]
    pub(crate) reason: String,
    /// The document that permits it; its SHA-256 is recorded, the document stays here.
    #[arg(long, value_name = "FILE")]
    pub(crate) warrant: PathBuf,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupOpen {
    /// The group's name.
    #[arg(value_parser = GroupName::new)]
    pub(crate) name: GroupName,
    /// The opening's id.
    #[arg(value_parser = Hash::from_hex)]
    pub(crate) opening: Hash,
    /// The file of the opener's key.
    #[arg(long, short)]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupCheck {
    /// The group's name.
    #[arg(value_parser = GroupName::new)]
    pub(crate) name: GroupName,
    /// The opening's id.
    #[arg(value_parser = Hash::from_hex)]
    pub(crate) opening: Hash,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupFetch {
    /// The group's name.
    #[arg(value_parser = GroupName::new)]
    pub(crate) name: GroupName,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct GroupShow {
    /// The group's name.
    #[arg(value_parser = GroupName::new)]
    pub(crate) name: GroupName,
    /// What of it, instead of the group itself.
    #[arg(value_enum)]
    pub(crate) what: Option<GroupWhat>,
    /// One report or opening, by its id.
    #[arg(requires = "what", value_parser = Hash::from_hex)]
    pub(crate) id: Option<Hash>,
    #[command(flatten)]
    pub(crate) listing: Listing,
    #[command(flatten)]
    pub(crate) service: Service,
}

/// What a group on the ledger has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupWhat {
    /// The member keys and whose they are, with those revoked.
    Members,
    /// All epochs.
    Epochs,
    /// What members said unnamed.
    Reports,
    /// Who asked whose report it was, and what came of it.
    Openings,
}
