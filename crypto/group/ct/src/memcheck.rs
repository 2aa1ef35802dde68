//! Client requests to valgrind (its manual's chapter "The client request mechanism"; numbers from valgrind.h and
//! memcheck.h). Outside of valgrind they do nothing.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
compile_error!("the instruction sequence of a client request is written here for x86-64 Linux");

const RUNNING: u64 = 0x1001;
const ERRORS: u64 = 0x1201;
/// Memcheck's requests begin at 'M', 'C'.
const UNDEFINED: u64 = 0x4d43_0001;
const DEFINED: u64 = 0x4d43_0002;

fn request(code: u64, address: u64, length: u64) -> u64 {
    let words = [code, address, length, 0, 0, 0];
    let mut answer = 0u64;
    // SAFETY: four rotations of rdi by 128 bits in sum and an exchange of rbx with itself change nothing; valgrind takes
    // them as the mark of a request, reads the six words at rax and writes rdx. It marks memory and does not touch it.
    unsafe {
        core::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") words.as_ptr(),
            inout("rdx") answer,
            out("rdi") _,
        );
    }
    answer
}

/// Whether valgrind is watching.
pub(crate) fn running() -> bool {
    request(RUNNING, 0, 0) != 0
}

/// Reports so far.
pub(crate) fn errors() -> u64 {
    request(ERRORS, 0, 0)
}

/// Marks bytes as secret.
pub(crate) fn secret(bytes: &mut [u8]) {
    request(UNDEFINED, bytes.as_mut_ptr() as u64, bytes.len() as u64);
}

/// Marks bytes as public.
pub(crate) fn public(bytes: &[u8]) {
    request(DEFINED, bytes.as_ptr() as u64, bytes.len() as u64);
}
