//! `unnamed_request` of `hufu_tests::fuzzing` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hufu_tests::fuzzing::run("unnamed_request", data));
