//! `keys_sm2` of `hufu_tests::fuzzing` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hufu_tests::fuzzing::run("keys_sm2", data));
