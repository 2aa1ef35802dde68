//! The ledger from outside: what is accepted, what is not, what is proven, what survives.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod crash;
mod events;
mod governance;
mod groups;
mod grpc;
mod queries;
mod rejections;
mod replay;
mod rings;
mod storage;
mod support;
