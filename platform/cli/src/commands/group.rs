//! `hufu group`: groups whose members sign unnamed, until enough openers say who it was.
//!
//! Keys, memberships, signatures and openings are files; whoever wants them on a ledger adds `--ledger` or uses the commands that
//! name a group of it. What leaves this machine is public: dealings, requests, credentials and secrets go from hand to hand as
//! files. Those that nobody else may see have mode 0600 and are refused when others can read them. Those that are kept for long, an
//! opener's key, the manager's secret and a membership, are encrypted under a passphrase with `--encrypt`, and stay so.

mod ceremony;
pub(super) mod check;
mod consent;
mod files;
mod issuer;
pub(super) mod ledger;
mod look;
mod member;
mod opening;
mod presentation;
mod register;
pub(super) mod report;
mod signature;
mod witness;

use crate::{args::Group, output::Output};

pub(super) async fn run(command: Group, output: Output) -> anyhow::Result<()> {
    match command {
        Group::Deal(options) => ceremony::deal(&options, output),
        Group::Share(options) => ceremony::share(&options, output),
        Group::OpenerKey(options) => ceremony::opener_key(&options, output),
        Group::Create(options) => issuer::create(&options, output).await,
        Group::Invite(options) => issuer::invite(&options, output),
        Group::Admit(options) => issuer::admit(&options, output).await,
        Group::Revoke(options) => issuer::revoke(&options, output).await,
        Group::Witness(options) => witness::give(&options, output).await,
        Group::Renew(options) => witness::renew(&options, output).await,
        Group::Request(options) => member::request(&options, output),
        Group::Join(options) => member::join(&options, output),
        Group::Follow(options) => member::follow(&options, output).await,
        Group::Sign(options) => signature::sign(&options, output),
        Group::Verify(options) => signature::verify(&options, output),
        Group::Present(options) => presentation::present(&options, output),
        Group::VerifyPresentation(options) => presentation::verify(&options, output).await,
        Group::Part(options) => opening::part(&options, output),
        Group::Combine(options) => opening::combine(&options, output),
        Group::Report(options) => report::report(&options, output).await,
        Group::RequestOpening(options) => report::request_opening(&options, output).await,
        Group::Open(options) => report::open(&options, output).await,
        Group::Check(options) => look::check(&options, output).await,
        Group::Fetch(options) => look::fetch(&options, output).await,
        Group::List { listing, service } => look::list(&service, &listing, output).await,
        Group::Show(options) => look::show(&options, output).await,
    }
}
