//! On what a figure was measured, and what a process costs meanwhile, as Linux tells it under `/proc`.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::Path,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

/// Clock ticks per second of `/proc/<pid>/stat`: the kernel's interface fixes it, whatever its own timer does.
const TICKS_PER_SECOND: u64 = 100;

/// Unit of `st_blocks` (POSIX).
const BLOCK: u64 = 512;

/// The machine's facts; what cannot be read is left out as an empty text.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    cpu: String,
    cores: usize,
    memory: String,
    system: String,
    load_before: String,
}

impl Machine {
    pub(super) fn read() -> Self {
        Self {
            cpu: member("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: gibibytes(&member("/proc/meminfo", "MemTotal")),
            system: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            load_before: load(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "cpu": self.cpu,
            "cores": self.cores,
            "memory": self.memory,
            "kernel": self.system,
            "profile": profile(),
            "version": env!("CARGO_PKG_VERSION"),
            "loadAverageBefore": self.load_before,
            "loadAverageAfter": load(),
            "time": humantime(),
        })
    }

    pub(super) fn words(&self) -> String {
        format!(
            "{} × {}, {}, Linux {}; hufu {} built with the {}; load average {} before, {} after.",
            self.cores,
            self.cpu,
            self.memory,
            self.system,
            env!("CARGO_PKG_VERSION"),
            profile(),
            self.load_before,
            load(),
        )
    }
}

/// The cargo profile, told by what only the development one has.
fn profile() -> &'static str {
    if cfg!(debug_assertions) { "dev profile (optimised, see Cargo.toml)" } else { "release profile" }
}

fn humantime() -> String {
    jiff::Timestamp::try_from(SystemTime::now()).map(|time| time.to_string()).unwrap_or_default()
}

/// Averages over 1, 5 and 15 minutes.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// "2048 kB" as "0.0 GiB".
fn gibibytes(kilobytes: &str) -> String {
    let number = kilobytes.split(' ').next().and_then(|number| number.parse::<f64>().ok());
    number.map(|number| format!("{:.1} GiB", number / 1_024.0 / 1_024.0)).unwrap_or_default()
}

/// The value behind `name:` in a file of such lines.
fn member(path: &str, name: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    line.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Processor time that a process has used so far, in all its threads.
pub(super) fn cpu_time(pid: u32) -> io::Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // the second field is the command in parentheses and may contain anything
    let rest = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let mut fields = rest.split(' ').skip(11).map(|field| field.parse::<u64>().unwrap_or(0));
    let ticks = fields.next().unwrap_or(0) + fields.next().unwrap_or(0);
    Ok(Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND))
}

/// Bytes of memory that a process has in use: what is its own, and all that is resident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// Heap and stacks.
    pub(super) anonymous: u64,
    /// The same and mapped files, the program itself among them.
    pub(super) resident: u64,
}

pub(super) fn memory(pid: u32) -> io::Result<Memory> {
    let path = format!("/proc/{pid}/status");
    fs::metadata(&path)?;
    let bytes = |name: &str| {
        let kilobytes = member(&path, name);
        kilobytes.split(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) * 1_024
    };
    Ok(Memory { anonymous: bytes("RssAnon"), resident: bytes("VmRSS") })
}

/// Bytes that the files of a folder fill on disk; what a database has only reserved for later does not count.
pub(super) fn disk(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = match entry.metadata() {
            Ok(found) => found,
            // a database removes its own files at any time
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        bytes += match found.is_dir() {
            true => disk(&entry.path())?,
            false => found.len().min(found.blocks() * BLOCK),
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory_and_time() {
        let me = std::process::id();
        let used = memory(me).expect("readable");
        assert!(used.anonymous > 0 && used.resident >= used.anonymous, "{used:?}");
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_millis(60) {
            std::hint::black_box(0);
        }
        assert!(cpu_time(me).expect("readable") >= Duration::from_millis(10));
        assert!(memory(u32::MAX).is_err());
    }

    #[test]
    fn files_of_subfolders_count() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("a")).expect("made");
        fs::write(folder.path().join("a/b"), vec![1; 10_000]).expect("written");
        assert!(disk(folder.path()).expect("readable") >= 10_000);
    }
}
