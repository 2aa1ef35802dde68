//! The policy crate from outside: what parses, what the default set decides, how decisions are made and told.

mod common;
mod decisions;
mod defaults;
mod parse;
