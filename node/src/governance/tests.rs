//! The rules of governance: what each operation does, and every refusal by name.

mod accreditations;
mod fixtures;
mod lists;
mod lockout;
mod operations;
mod properties;
mod votes;
mod world;
