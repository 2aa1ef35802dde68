//! `POST /v1/memberships/verify`: checks that somebody is one of a ring, or a member of a group, without learning who.
//!
//! 1. Ring, group and epoch are the ledger's, of this network: the ring of the list's version that is named, the group's epoch in force.
//! 2. The challenge, when it is one given out here (`POST /challenges`), is used up by the attempt; any other is the caller's to use
//!    once, and must be named.
//! 3. What verifies is answered with 200; with linkage `domain` the tag tells whether the same member was here before. What does
//!    not is a 400 problem with `verified: false` and the reason.

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::post,
};
use hufu_credentials::membership::{
    Linkage, MembershipPresentation, MembershipReference, MembershipRefusal, MembershipRequest,
};
use hufu_light::{GroupName, RingName};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::{App, blocking},
    authorise::{Endpoint, authorise},
    body::Body,
    caller::Caller,
    challenges::Use,
    error::{Kind, Problem},
    standing,
};

/// The paths of this resource.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/v1/memberships/verify", post(verify))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyRequest {
    /// What the holder sent.
    presentation: Value,
    /// `ring:<list>/<version>` or `group:<name>`.
    of: String,
    /// The verifier's own domain.
    domain: String,
    /// Without it, one that was given out here.
    #[serde(default)]
    challenge: Option<String>,
    #[serde(default)]
    linkage: Option<Linkage>,
}

/// `POST /v1/memberships/verify`: verifies a presentation of membership.
#[utoipa::path(
    post,
    path = "/v1/memberships/verify",
    tag = "Groups",
    request_body(content_type = "application/json", example = json!({"presentation": {"type": "HufuMembershipPresentation2026"}, "of": "group:press-pool", "domain": "https://verifier.example", "challenge": "of POST /challenges, or the caller's own", "linkage": "none"})),
    responses((status = 200, description = "{verified, of, linkage, tag, epoch}; tag with linkage domain, epoch of a group"), (status = 400, description = "It does not verify: {verified: false, errors}"), (status = 404, description = "No such ring or group")),
    security(("api_key" = [])),
)]
pub(super) async fn verify(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<VerifyRequest>,
) -> Result<Response, Problem> {
    let of = Of::parse(&request.of)?;
    let _permit = authorise(&app, &caller, ApiAction::PresentationsVerify, &Endpoint::of(&request.of))?;
    let presentation = MembershipPresentation::from_value(request.presentation)
        .map_err(|error| Problem::invalid(format!("presentation: {error}")))?;
    // 2.
    let callers_own = request.challenge.is_some();
    let challenge = request.challenge.unwrap_or_else(|| presentation.request().challenge);
    let used = app.challenges().consume(&challenge, caller.tenant()).await?;
    let anchor = app.ledger().anchor();
    let asked = MembershipRequest {
        reference: MembershipReference {
            network: anchor.network.to_string(),
            genesis_hash: anchor.genesis_hash.to_string(),
            of: request.of,
        },
        challenge,
        domain: request.domain,
        linkage: request.linkage.unwrap_or(Linkage::None),
    };
    // 1.
    let checking = app.clone();
    let (asked, result) = blocking(move || {
        let result = check(&checking, &of, &presentation, &asked);
        (asked, result)
    })
    .await?;
    let refuse = match used {
        Use::Fresh => None,
        Use::Used => Some("was used before"),
        Use::Expired => Some("is too old"),
        Use::Unknown => Some("is not on record any more: ask for another"),
        Use::Foreign if callers_own => None,
        Use::Foreign => Some("was not given out here; if it is yours, name it in the request"),
    };
    if let Some(why) = refuse {
        return Err(not_verified(format!("the challenge {} {why}", asked.challenge)));
    }
    // 3.
    let Member { tag, epoch } = result?;
    let tag = tag.filter(|_| asked.linkage == Linkage::Domain).map(hex::encode);
    let body = json!({
        "verified": true,
        "of": asked.reference.of,
        "linkage": asked.linkage,
        "tag": tag,
        "epoch": epoch,
    });
    Ok(Json(body).into_response())
}

/// Of what somebody shows to be one. It names a thing before anybody is asked whether it may be read, so it has a form of its own.
enum Of {
    Ring(RingName),
    Group(GroupName),
}

impl Of {
    fn parse(text: &str) -> Result<Self, Problem> {
        let ring = || text.parse().map(Self::Ring);
        text.parse().map(Self::Group).or_else(|_| ring()).map_err(|_: hufu_light::Error| {
            Problem::invalid("of: it is ring:<list>/<version> or group:<name>")
        })
    }
}

/// What is known of who answered.
struct Member {
    tag: Option<Vec<u8>>,
    epoch: Option<u64>,
}

fn check(
    app: &App,
    of: &Of,
    presentation: &MembershipPresentation,
    asked: &MembershipRequest,
) -> Result<Member, Problem> {
    let refused = |refusal: MembershipRefusal| not_verified(refusal.to_string());
    match of {
        Of::Group(name) => {
            let found = standing::group(app, name)?;
            let found = found.ok_or_else(|| Problem::not_found(format!("there is no {name}")))?;
            let (_, group) = &*found;
            let number = standing::epoch_in_force(app, name)?;
            let epoch = standing::epoch(app, name, number)?;
            let epoch = epoch.ok_or_else(|| Problem::internal(format!("{name} has no epoch {number}")))?;
            let epoch = epoch.epoch(group).map_err(Problem::internal)?;
            let verified = presentation.verify_by_group(asked, group, &epoch).map_err(refused)?;
            let tag = verified.tag().map(|tag| tag.to_bytes().to_vec());
            Ok(Member { tag, epoch: Some(verified.epoch()) })
        }
        Of::Ring(name) => {
            let ring = standing::ring(app, name)?;
            let ring = ring.ok_or_else(|| Problem::not_found(format!("{name} has not been formed")))?;
            let tag = presentation.verify_by_ring(asked, &ring).map_err(refused)?;
            Ok(Member { tag: Some(tag.to_bytes().to_vec()), epoch: None })
        }
    }
}

fn not_verified(words: String) -> Problem {
    let errors = json!([words]);
    Problem::new(Kind::NotVerified, words).with("verified", json!(false)).with("errors", errors)
}
