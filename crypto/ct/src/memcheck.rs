//! Client requests to valgrind (valgrind.h and memcheck.h, which document the sequence as stable). Outside of valgrind they do
//! nothing.

/// Of the core: is this valgrind, how many errors has it reported?
const RUNNING_ON_VALGRIND: u64 = 0x1001;
const COUNT_ERRORS: u64 = 0x1201;
/// Of the core: disable or enable the reporting of errors, by a count that 1 raises and −1 lowers.
const CHANGE_ERROR_REPORTING: u64 = 0x1801;
/// Of memcheck: `('M' << 24 | 'C' << 16) + n`.
const MAKE_MEM_UNDEFINED: u64 = 0x4d43_0001;
const MAKE_MEM_DEFINED: u64 = 0x4d43_0002;

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
compile_error!("the sequence of a client request is written down for x86-64 Linux only");

fn request(code: u64, address: u64, length: u64) -> u64 {
    let arguments = [code, address, length, 0, 0, 0];
    let mut result = 0u64;
    // SAFETY: outside of valgrind the rotations by 3 + 13 + 61 + 51 = 128 bits leave rdi as it was and the exchange of a
    // register with itself does nothing. Inside, valgrind reads the six words at rax and writes rdx. The memory named by a
    // request is only marked, never read or written.
    unsafe {
        core::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            inout("rdx") result,
            in("rax") arguments.as_ptr(),
            out("rdi") _,
        );
    }
    result
}

/// Whether this process runs under valgrind.
#[must_use]
pub fn running() -> bool {
    request(RUNNING_ON_VALGRIND, 0, 0) != 0
}

/// Errors reported so far.
#[must_use]
pub fn errors() -> u64 {
    request(COUNT_ERRORS, 0, 0)
}

/// Marks a value as secret.
pub fn secret<T: ?Sized>(value: &mut T) {
    request(MAKE_MEM_UNDEFINED, std::ptr::from_mut(value).cast::<u8>() as u64, size_of_val(value) as u64);
}

/// Marks a value as public: a result that is sent, or whose contents the case checks.
pub fn public<T: ?Sized>(value: &T) {
    request(MAKE_MEM_DEFINED, std::ptr::from_ref(value).cast::<u8>() as u64, size_of_val(value) as u64);
}

/// Does something whose reports do not count: the preparation of a case, by code that makes no promise.
pub fn unwatched<T>(prepare: impl FnOnce() -> T) -> T {
    request(CHANGE_ERROR_REPORTING, 1, 0);
    let prepared = prepare();
    request(CHANGE_ERROR_REPORTING, u64::MAX, 0);
    prepared
}
