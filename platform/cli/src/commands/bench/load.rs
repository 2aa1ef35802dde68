//! The load generator: at a fixed rate, or as fast as a number of clients can.
//!
//! **Open loop.** Request *n* is due at `start + n / rate`, whatever became of those before it, and its latency is
//! counted from then. A client that waited for a slow answer sends late, and the wait is in the figure: there is no
//! coordinated omission. One thread per connection; they take the next request in turn.
//!
//! **Closed loop.** Every client sends its next request when it has the answer to the last one.

use std::{
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    connection::{Connection, Request},
    figures::{Samples, rate},
    target::Target,
};

/// When each request of a run is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    start: Instant,
    per_second: u32,
    total: u64,
}

impl Schedule {
    pub(super) fn new(start: Instant, per_second: u32, length: Duration) -> Self {
        let total = u128::from(per_second) * length.as_millis() / 1_000;
        Self { start, per_second, total: u64::try_from(total).unwrap_or(u64::MAX) }
    }

    /// When request `number` is due, from zero; `None` behind the last.
    pub(super) fn due(&self, number: u64) -> Option<Instant> {
        let nanos = u128::from(number) * 1_000_000_000 / u128::from(self.per_second.max(1));
        let after = Duration::from_nanos(u64::try_from(nanos).ok()?);
        (number < self.total).then(|| self.start.checked_add(after)).flatten()
    }
}

/// What a run of load showed.
#[derive(Debug)]
pub(super) struct Run {
    /// Latencies of the requests that were answered as they had to be.
    pub(super) latencies: Samples,
    /// Requests that failed, and in whose words the first one did.
    pub(super) errors: u64,
    pub(super) first_error: Option<String>,
    /// From the start to the last answer.
    pub(super) elapsed: Duration,
}

impl Run {
    /// Good answers per second.
    pub(super) fn achieved(&self) -> f64 {
        rate(self.latencies.len() as u64, self.elapsed)
    }
}

/// How long after its making a schedule starts: the threads must be there.
const LEAD: Duration = Duration::from_millis(50);

/// Sends `requests` in turn at a fixed rate over some connections.
///
/// # Errors
/// When a connection cannot be opened, or no thread started.
pub(super) fn open_loop(
    target: Target,
    requests: &[Request],
    per_second: u32,
    length: Duration,
    connections: u32,
) -> io::Result<Run> {
    let mut open = connect(target, connections)?;
    let schedule = Schedule::new(Instant::now() + LEAD, per_second, length);
    let next = AtomicU64::new(0);
    run(schedule.start, &mut open, |connection, note| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(due) = schedule.due(number) else { return };
            let Some(request) = pick(requests, number) else { return };
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let answer = connection.exchange(request).map(drop);
            if note(due, answer) == Connected::No {
                return;
            }
        }
    })
}

/// Sends requests as fast as the clients get answers: until `length` has passed, or `requests` ends.
///
/// # Errors
/// As [`open_loop`].
pub(super) fn closed_loop<'r>(
    target: Target,
    clients: u32,
    length: Duration,
    requests: &(dyn Fn(u64) -> Option<std::borrow::Cow<'r, Request>> + Sync),
    seen: &(dyn Fn(&str) + Sync),
) -> io::Result<Run> {
    let mut open = connect(target, clients)?;
    let next = AtomicU64::new(0);
    let start = Instant::now();
    run(start, &mut open, |connection, note| {
        while start.elapsed() < length {
            let Some(request) = requests(next.fetch_add(1, Ordering::Relaxed)) else { return };
            let sent = Instant::now();
            let answer = connection.exchange(&request).map(seen);
            if note(sent, answer) == Connected::No {
                return;
            }
        }
    })
}

fn connect(target: Target, number: u32) -> io::Result<Vec<Connection>> {
    (0..number.max(1)).map(|_| Connection::open(target)).collect()
}

/// The request for a number: a stride that is prime to most lengths, so that neighbours in the list are not asked
/// for one after the other.
fn pick(requests: &[Request], number: u64) -> Option<&Request> {
    const STRIDE: u64 = 7_919;
    let index = number.wrapping_mul(STRIDE).checked_rem(requests.len() as u64)?;
    requests.get(usize::try_from(index).ok()?)
}

/// Tells when a request was due or sent, and how it ended; it is over now.
type Note<'a> = dyn FnMut(Instant, io::Result<()>) -> Connected + 'a;

/// Whether the connection can be used again: after an unexpected answer it can, after a broken one it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connected {
    Yes,
    No,
}

#[derive(Default)]
struct Tally {
    nanos: Vec<u64>,
    errors: u64,
    first_error: Option<String>,
    last: Option<Instant>,
}

/// One thread per connection; each keeps its own tally.
fn run(
    start: Instant,
    connections: &mut [Connection],
    work: impl Fn(&mut Connection, &mut Note<'_>) + Sync,
) -> io::Result<Run> {
    let whole = Mutex::new(Tally::default());
    let (whole, work) = (&whole, &work);
    thread::scope(|scope| {
        for connection in connections {
            let client = move || {
                let mut own = Tally::default();
                work(connection, &mut |from, answer| own.note(from, answer));
                whole.lock().unwrap_or_else(PoisonError::into_inner).join(own);
            };
            thread::Builder::new().stack_size(256 * 1_024).spawn_scoped(scope, client)?;
        }
        io::Result::Ok(())
    })?;
    let whole = std::mem::take(&mut *whole.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Run {
        latencies: Samples::new(whole.nanos),
        errors: whole.errors,
        first_error: whole.first_error,
        elapsed: whole.last.map_or(Duration::ZERO, |last| last.saturating_duration_since(start)),
    })
}

impl Tally {
    fn note(&mut self, from: Instant, answer: io::Result<()>) -> Connected {
        let now = Instant::now();
        self.last = Some(now);
        match answer {
            Ok(()) => {
                let latency = now.saturating_duration_since(from).as_nanos();
                self.nanos.push(u64::try_from(latency).unwrap_or(u64::MAX));
                Connected::Yes
            }
            Err(error) => {
                self.errors += 1;
                self.first_error.get_or_insert_with(|| error.to_string());
                if error.kind() == io::ErrorKind::Other { Connected::Yes } else { Connected::No }
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.nanos.extend(other.nanos);
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
        self.last = self.last.max(other.last);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        borrow::Cow,
        io::{Read as _, Write as _},
        net::TcpListener,
    };

    use super::*;

    #[test]
    fn requests_are_due_at_equal_distances_and_end() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 2_000, Duration::from_millis(1_500));
        assert_eq!(schedule.total, 3_000);
        assert_eq!(schedule.due(0), Some(start));
        assert_eq!(schedule.due(1), Some(start + Duration::from_micros(500)));
        assert_eq!(schedule.due(2_999), Some(start + Duration::from_micros(1_499_500)));
        assert_eq!(schedule.due(3_000), None);
        assert_eq!(schedule.due(u64::MAX), None);
        // a rate that does not divide a second does not drift
        let thirds = Schedule::new(start, 3, Duration::from_secs(100));
        assert_eq!(thirds.due(297), Some(start + Duration::from_secs(99)));
    }

    /// Answers every request on every connection; the first one after `stall`.
    fn server(stall: Duration) -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let target =
            Target::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("loopback");
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a client");
                let mut pause = stall;
                thread::spawn(move || {
                    while stream.read(&mut [0; 1_024]).is_ok_and(|read| read > 0) {
                        thread::sleep(std::mem::take(&mut pause));
                        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
                    }
                });
            }
        });
        target
    }

    #[test]
    fn a_stall_is_in_the_latency_of_everything_that_was_due_meanwhile() {
        let target = server(Duration::from_millis(200));
        let requests = [Request::get(target, "/", "ok")];
        // 100 requests are due in the first 200 ms, and the only connection waits
        let run = open_loop(target, &requests, 500, Duration::from_millis(400), 1).expect("runs");
        assert_eq!((run.latencies.len(), run.errors), (200, 0), "{:?}", run.first_error);
        assert!(run.latencies.max() >= Duration::from_millis(200));
        // a closed loop would have one slow answer in 200; here a quarter waited more than 100 ms
        assert!(run.latencies.at(760) >= Duration::from_millis(100), "{:?}", run.latencies.at(760));
    }

    #[test]
    fn the_rate_is_kept_and_spread_over_connections() {
        let target = server(Duration::ZERO);
        let requests: Vec<_> = (0..10).map(|n| Request::get(target, &format!("/{n}"), "ok")).collect();
        let run = open_loop(target, &requests, 1_000, Duration::from_millis(500), 8).expect("runs");
        assert_eq!((run.latencies.len(), run.errors), (500, 0), "{:?}", run.first_error);
        assert!(run.elapsed >= Duration::from_millis(490), "not faster than asked for: {:?}", run.elapsed);
    }

    #[test]
    fn a_closed_loop_ends_with_its_requests_and_counts_errors() {
        let target = server(Duration::ZERO);
        let good = Request::get(target, "/", "ok");
        let bad = Request::get(target, "/", "something else");
        let requests = |number: u64| match number {
            0..20 => Some(Cow::Borrowed(&good)),
            20..25 => Some(Cow::Borrowed(&bad)),
            _ => None,
        };
        let run = closed_loop(target, 3, Duration::from_secs(20), &requests, &|_| {}).expect("runs");
        assert_eq!((run.latencies.len(), run.errors), (20, 5));
        assert!(run.first_error.expect("an error").contains("ok"));
    }
}
