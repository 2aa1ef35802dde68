//! An allocator that keeps a copy of every block that is freed, of the last moment before it is. What a secret left behind is
//! then looked for. `hufu-bbs` and `hufu-ring` have their tests of the same kind on this file.
//!
//! A vector that grows moves here always: its old block is freed. The heap is what is looked at; what the compiler spills to
//! the stack is not.
#![allow(
    unsafe_code,
    clippy::mod_module_files,
    reason = "an allocator is unsafe by nature; `watching.rs` would be a test of its own"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem::ManuallyDrop;

/// Bytes of what is looked for: a scalar, or the beginning of a coordinate.
pub(crate) const NEEDLE: usize = 32;

struct Watching;

thread_local! {
    /// What this thread freed; nothing while nobody looks.
    static FREED: Cell<Option<ManuallyDrop<Vec<Vec<u8>>>>> = const { Cell::new(None) };
}

// SAFETY: every call goes to the system's allocator unchanged, except that fresh memory is zeroed, so that all of a block is
// initialised when it is read before it is freed. The cell's constant initial value allocates nothing.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Taken out, so that what the copy allocates and frees is not recorded.
        if let Ok(Some(mut freed)) = FREED.try_with(Cell::take) {
            // SAFETY: the block is allocated until the call below, has this size, and nobody else uses it.
            freed.push(unsafe { std::slice::from_raw_parts(block, layout.size()) }.to_vec());
            FREED.with(|cell| cell.set(Some(freed)));
        }
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// What `run` gives, and the blocks that it freed.
pub(crate) fn freed<T>(run: impl FnOnce() -> T) -> (T, Vec<Vec<u8>>) {
    FREED.with(|cell| cell.set(Some(ManuallyDrop::new(Vec::new()))));
    let made = run();
    let freed = FREED.with(Cell::take).expect("it was set above");
    (made, ManuallyDrop::into_inner(freed))
}

/// Secrets by name.
#[derive(Default)]
pub(crate) struct Needles {
    names: HashMap<[u8; NEEDLE], String>,
    /// How they begin: most places of a block are passed over by a look at these.
    beginnings: HashSet<[u8; 2]>,
}

impl Needles {
    /// One more.
    pub(crate) fn add(&mut self, name: impl Into<String>, bytes: [u8; NEEDLE]) {
        assert_ne!(bytes, [0; NEEDLE], "zeros are found everywhere");
        self.beginnings.insert([bytes[0], bytes[1]]);
        self.names.insert(bytes, name.into());
    }

    /// Those that are in one of the blocks.
    pub(crate) fn found(&self, blocks: &[Vec<u8>]) -> BTreeSet<&str> {
        let mut begins = vec![false; 1 << 16];
        let place = |first: u8, second: u8| usize::from(u16::from_be_bytes([first, second]));
        self.beginnings.iter().for_each(|[first, second]| begins[place(*first, *second)] = true);
        let windows = blocks.iter().flat_map(|block| block.windows(NEEDLE));
        let windows = windows.filter(|window| begins[place(window[0], window[1])]);
        windows.filter_map(|window| self.names.get(window)).map(String::as_str).collect()
    }

    /// That each is found where it is left, or finding none says nothing.
    pub(crate) fn assert_all_can_be_found(&self) {
        let all = self.names.keys().map(|needle| [&[1, 2, 3], &needle[..], &[4]].concat());
        let all: Vec<_> = all.collect();
        let ((), blocks) = freed(|| drop(all));
        assert!(self.found(&blocks).into_iter().eq(self.names.values().collect::<BTreeSet<_>>()));
    }
}
