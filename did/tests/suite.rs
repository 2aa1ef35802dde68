//! The tests of `hufu-did` that use nothing but its public interface, in one binary.
#![allow(missing_docs, clippy::unwrap_used, reason = "the helpers of tests fail by panicking, too")]

mod suite {
    pub(crate) mod world;

    mod dereferencing;
    mod did_jwk;
    mod did_key;
    mod documents;
    mod hufu_controllers;
    mod hufu_format;
    mod hufu_properties;
    mod hufu_records;
    mod hufu_resolution;
    mod hufu_rules;
    mod ring_keys;
}
