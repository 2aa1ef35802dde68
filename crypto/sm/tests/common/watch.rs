//! An allocator that looks through every block that is freed, at the last moment at which it may, for secrets. A block that holds
//! one was not wiped. Promised, and tested, is the heap: what the compiler spills to the stack is not.

#![allow(unsafe_code, reason = "an allocator is unsafe by nature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Freed blocks of this thread that held a needle; nothing while nobody looks.
    static FOUND: Cell<Option<usize>> = const { Cell::new(None) };
    static NEEDLES: Cell<&'static [Vec<u8>]> = const { Cell::new(&[]) };
}

struct Watching;

// SAFETY: every call goes to the system's allocator unchanged, except that fresh memory is zeroed, so that all of a block is
// initialised when it is read before it is freed. Cells of constant initial value allocate nothing.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Ok(Some(found)) = FOUND.try_with(Cell::get) {
            // SAFETY: the block is allocated until the call below, has this size, and nobody else uses it.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            let needles = NEEDLES.with(Cell::get);
            if needles.iter().any(|needle| bytes.windows(needle.len()).any(|window| window == needle)) {
                FOUND.with(|cell| cell.set(Some(found + 1)));
            }
        }
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks with one of `needles` in them `run` freed.
pub(crate) fn freed_with(needles: Vec<Vec<u8>>, run: impl FnOnce()) -> usize {
    NEEDLES.with(|cell| cell.set(Box::leak(needles.into_boxed_slice())));
    FOUND.with(|cell| cell.set(Some(0)));
    run();
    FOUND.with(|cell| cell.replace(None)).expect("it was set above")
}

/// The first `N` bytes behind each pointer to the heap that `value` itself holds.
///
/// # Safety
/// Every box in `value` has at least `N` initialised bytes, and each word of `value` may be read.
pub(crate) unsafe fn behind_pointers<T, const N: usize>(value: &T) -> Vec<[u8; N]> {
    let words = size_of::<T>() / size_of::<usize>();
    // SAFETY: as promised by the caller.
    let words = unsafe { std::slice::from_raw_parts(std::ptr::from_ref(value).cast::<usize>(), words) };
    let pointers = words.iter().filter(|word| **word > 1 << 16 && **word >> 47 == 0 && **word % 8 == 0);
    // SAFETY: a word that is an address of this process's heap is that of a box, and as promised by the caller.
    pointers.map(|word| unsafe { std::ptr::with_exposed_provenance::<[u8; N]>(*word).read() }).collect()
}

/// The bytes of the value itself, not of what it points to.
pub(crate) fn own_bytes<T>(value: &T) -> Vec<u8> {
    // SAFETY: the bytes are only read, and one at a time; those of padding, which may be anything, are only compared.
    (0..size_of::<T>())
        .map(|at| unsafe { std::ptr::from_ref(value).cast::<u8>().add(at).read_volatile() })
        .collect()
}
