//! Many hashes at once: every lane of a vector takes the blocks of a message of its own, and the next message when it has
//! finished one. Lengths may differ.

use super::backend::{Backend, Kind};
use super::compress::{IV, compress};
use super::core::state_bytes;
use super::{BLOCK_BYTES, OUTPUT_BYTES};
use zeroize::Zeroize;

/// The hashes of many messages, in their order: the same values as [`hash`](super::hash) of each, several times faster on
/// CPUs with AVX2 or AVX-512, where 8 or 16 messages are hashed at a time. The lengths may differ; the more alike they
/// are, the more is gained.
///
/// ```
/// use hufu_sm::sm3;
///
/// let hashes = sm3::hash_many(&["a", "bc", ""]);
/// assert_eq!(hashes, [sm3::hash(b"a"), sm3::hash(b"bc"), sm3::hash(b"")]);
/// ```
///
/// # Security
/// Run time depends on the number and the lengths of the messages only.
pub fn hash_many<M: AsRef<[u8]>>(messages: &[M]) -> Vec<[u8; OUTPUT_BYTES]> {
    hash_many_with(Backend::best(), messages)
}

/// [`hash_many`] on the instructions named.
#[doc(hidden)]
pub fn hash_many_with<M: AsRef<[u8]>>(backend: Backend, messages: &[M]) -> Vec<[u8; OUTPUT_BYTES]> {
    let mut hashes = vec![[0; OUTPUT_BYTES]; messages.len()];
    let jobs = messages.iter().map(|m| Job::new(IV, 0, m.as_ref(), &[], false));
    run(backend, jobs, |i, hash| hashes[i] = hash);
    hashes
}

/// A hash to be computed: a chaining value, whole blocks of the message that follow it, and the padded rest.
pub(super) struct Job<'m> {
    state: [u32; 8],
    blocks: &'m [[u8; BLOCK_BYTES]],
    tail: [[u8; BLOCK_BYTES]; 2],
    tail_blocks: usize,
    secret: bool,
}

impl<'m> Job<'m> {
    /// The job of hashing `message ‖ suffix` after `before` bytes (whole blocks) that led to `state`.
    ///
    /// The suffix has at most four bytes: a counter. What belongs to a secret is overwritten afterwards.
    pub(super) fn new(state: [u32; 8], before: u64, message: &'m [u8], suffix: &[u8], secret: bool) -> Self {
        let (blocks, rest) = message.as_chunks::<BLOCK_BYTES>();
        // §5.2: the bit 1, zeros, and the length in bits as 64 bits, big-endian.
        let bits =
            before.wrapping_add(message.len() as u64).wrapping_add(suffix.len() as u64).wrapping_mul(8);
        let used = rest.len() + suffix.len();
        let tail_blocks = (used + 1 + 8).div_ceil(BLOCK_BYTES);
        let mut tail = [[0; BLOCK_BYTES]; 2];
        let bytes = tail.as_flattened_mut();
        bytes[..rest.len()].copy_from_slice(rest);
        bytes[rest.len()..used].copy_from_slice(suffix);
        bytes[used] = 0x80;
        bytes[tail_blocks * BLOCK_BYTES - 8..tail_blocks * BLOCK_BYTES].copy_from_slice(&bits.to_be_bytes());
        Self { state, blocks, tail, tail_blocks, secret }
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        if self.secret {
            self.state.zeroize();
            self.tail.as_flattened_mut().zeroize();
        }
    }
}

/// Computes the hashes of `jobs` and hands each to `done` with its number.
pub(super) fn run<'m>(
    backend: Backend,
    jobs: impl Iterator<Item = Job<'m>>,
    done: impl FnMut(usize, [u8; OUTPUT_BYTES]),
) {
    match backend.0 {
        Kind::Portable => run_one_by_one(jobs, done),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2(proof) => run_lanes(backend, |s, b| super::avx2::compress_lanes(proof, s, b), jobs, done),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512(proof) => {
            run_lanes(backend, |s, b| super::avx512::compress_lanes(proof, s, b), jobs, done);
        }
    }
}

fn run_one_by_one<'m>(jobs: impl Iterator<Item = Job<'m>>, mut done: impl FnMut(usize, [u8; OUTPUT_BYTES])) {
    for (i, mut job) in jobs.enumerate() {
        let Job { state, blocks, tail, tail_blocks, .. } = &mut job;
        compress(state, blocks);
        compress(state, &tail[..*tail_blocks]);
        done(i, state_bytes(state));
    }
}

/// A job that has a lane. Its chaining value is in the vectors, not in the job.
struct Running<'m> {
    number: usize,
    job: Job<'m>,
    /// Blocks of the tail that are done.
    tail_done: usize,
}

impl Running<'_> {
    /// Blocks that lie together and are to be taken next; none if the job is done.
    fn next(&self) -> &[[u8; BLOCK_BYTES]] {
        if self.job.blocks.is_empty() {
            &self.job.tail[self.tail_done..self.job.tail_blocks]
        } else {
            self.job.blocks
        }
    }

    fn advance(&mut self, blocks: usize) {
        if self.job.blocks.is_empty() {
            self.tail_done += blocks;
        } else {
            self.job.blocks = &self.job.blocks[blocks..];
        }
    }
}

fn run_lanes<'m, const N: usize>(
    backend: Backend,
    compress_lanes: impl Fn(&mut [[u32; N]; 8], [&[[u8; BLOCK_BYTES]]; N]),
    jobs: impl Iterator<Item = Job<'m>>,
    mut done: impl FnMut(usize, [u8; OUTPUT_BYTES]),
) {
    let mut jobs = jobs.enumerate();
    let mut state = [[0; N]; 8];
    let mut lanes: [Option<Running<'m>>; N] = std::array::from_fn(|_| None);
    loop {
        for (k, slot) in lanes.iter_mut().enumerate() {
            if let Some(finished) = slot.take_if(|running| running.next().is_empty()) {
                done(finished.number, state_bytes(&lane(&state, k)));
            }
            if slot.is_none()
                && let Some((number, job)) = jobs.next()
            {
                set_lane(&mut state, k, &job.state);
                *slot = Some(Running { number, job, tail_done: 0 });
            }
        }
        let Some(first) = lanes.iter().flatten().next() else { break };
        if lanes.iter().flatten().count() == 1 {
            // A vector with one lane in use is slower than the one-message form.
            let (k, blocks) = (lanes.iter().position(Option::is_some).unwrap_or(0), first.next());
            let mut one = lane(&state, k);
            backend.compress(&mut one, blocks);
            set_lane(&mut state, k, &one);
            let n = blocks.len();
            lanes.iter_mut().flatten().for_each(|running| running.advance(n));
            continue;
        }
        let n = lanes.iter().flatten().map(|running| running.next().len()).min().unwrap_or(0);
        // A lane without a job takes another's blocks, and nobody reads what becomes of them.
        let blocks = lanes.each_ref().map(|slot| &slot.as_ref().unwrap_or(first).next()[..n]);
        compress_lanes(&mut state, blocks);
        lanes.iter_mut().flatten().for_each(|running| running.advance(n));
    }
    state.as_flattened_mut().zeroize();
}

fn lane<const N: usize>(state: &[[u32; N]; 8], lane: usize) -> [u32; 8] {
    std::array::from_fn(|i| state[i][lane])
}

fn set_lane<const N: usize>(state: &mut [[u32; N]; 8], lane: usize, words: &[u32; 8]) {
    for (vector, word) in state.iter_mut().zip(words) {
        vector[lane] = *word;
    }
}
