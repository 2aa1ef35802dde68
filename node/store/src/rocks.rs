//! The store on disk.

use std::{
    collections::BTreeSet,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBAccess, DBCompressionType,
    DBRecoveryMode, Direction, IteratorMode, LogLevel, Options, ReadOptions, SnapshotWithThreadMode,
    WriteBatch, WriteOptions, checkpoint::Checkpoint,
};

use crate::{
    Batch, Error, Family, Kv, Order, Range, Read,
    format::{FORMAT_KEY, Format},
    kv::{Entry, MAX_PAGE},
};

/// RocksDB's own family: it holds the format record only.
const DEFAULT: &str = "default";

/// Memory for cached blocks, shared by all families.
const BLOCK_CACHE_BYTES: usize = 96 * 1024 * 1024;

/// Memory for recent writes of one family before they go to a table file.
const WRITE_BUFFER_BYTES: usize = 32 * 1024 * 1024;

/// Write-ahead logs are kept below this, which bounds the time a restart needs.
const MAX_WAL_BYTES: u64 = 256 * 1024 * 1024;

/// Open table files; the rest is opened on demand.
const MAX_OPEN_FILES: i32 = 512;

/// A database in a folder, locked against other processes while open.
pub struct Db {
    path: PathBuf,
    db: DB,
}

impl Db {
    /// Opens or creates the database in `path`.
    ///
    /// 1. a folder with other files in it is not touched;
    /// 2. the lock is taken;
    /// 3. the format record is checked before anything is written;
    /// 4. families that are missing are created.
    ///
    /// # Errors
    /// Every variant of [`Error`] but [`Error::UnknownFamily`].
    pub fn open(path: &Path, families: &[Family], format: Format) -> Result<Self, Error> {
        // 1.
        let existing = existing_families(path)?;
        let is_new = existing.is_none();
        let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES);
        let mut options = base_options();
        options.create_if_missing(is_new);
        // 2. every existing family must be opened, known or not
        let names = existing.unwrap_or_else(|| BTreeSet::from([DEFAULT.to_owned()]));
        let descriptors = names.iter().map(|name| ColumnFamilyDescriptor::new(name, family_options(&cache)));
        let db = DB::open_cf_descriptors(&options, path, descriptors).map_err(|e| classify(path, &e))?;
        let mut store = Self { path: path.to_owned(), db };
        // 3.
        store.check_format(format)?;
        // 4.
        for family in families.iter().filter(|family| !names.contains(family.name())) {
            let created = store.db.create_cf(family.name(), &family_options(&cache));
            created.map_err(|e| classify(path, &e))?;
        }
        let record = format.to_bytes();
        let mut options = WriteOptions::default();
        options.set_sync(true);
        store.db.put_opt(FORMAT_KEY, record, &options).map_err(|e| classify(path, &e))?;
        Ok(store)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A consistent copy in a new folder, by hard links where the file system allows.
    ///
    /// # Errors
    /// [`Error::Failed`] when the folder exists; [`Error::DiskFull`].
    pub fn checkpoint(&self, target: &Path) -> Result<(), Error> {
        let checkpoint = Checkpoint::new(&self.db).map_err(|e| self.error(&e))?;
        checkpoint.create_checkpoint(target).map_err(|e| classify(target, &e))
    }

    /// Rewrites a family so that deleted entries give their space back; takes as long as it takes.
    ///
    /// # Errors
    /// [`Error::UnknownFamily`].
    pub fn compact(&self, family: Family) -> Result<(), Error> {
        self.db.compact_range_cf(self.handle(family)?, None::<&[u8]>, None::<&[u8]>);
        Ok(())
    }

    /// Bytes of all table files, without the write-ahead log.
    ///
    /// # Errors
    /// [`Error::UnknownFamily`], [`Error::Failed`].
    pub fn bytes_on_disk(&self, families: &[Family]) -> Result<u64, Error> {
        families.iter().try_fold(0, |sum, family| {
            let bytes = self.db.property_int_value_cf(self.handle(*family)?, "rocksdb.total-sst-files-size");
            Ok(sum + bytes.map_err(|e| self.error(&e))?.unwrap_or(0))
        })
    }

    fn check_format(&self, format: Format) -> Result<(), Error> {
        match self.db.get(FORMAT_KEY).map_err(|e| self.error(&e))? {
            Some(record) => format.check(&self.path, &record),
            // a database that was created but not yet labelled when the process died is empty
            None if self.db.iterator(IteratorMode::Start).next().is_none() => Ok(()),
            None => Err(Error::NotADatabase { path: self.path.clone() }),
        }
    }

    fn handle(&self, family: Family) -> Result<&ColumnFamily, Error> {
        self.db.cf_handle(family.name()).ok_or(Error::UnknownFamily(family.name()))
    }

    fn error(&self, error: &rocksdb::Error) -> Error {
        classify(&self.path, error)
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Read for Db {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.db.get_cf(self.handle(family)?, key).map_err(|e| self.error(&e))
    }

    fn page(&self, family: Family, range: Range<'_>) -> Result<Vec<Entry>, Error> {
        let handle = self.handle(family)?;
        page(range, |mode, options| self.db.iterator_cf_opt(handle, options, mode))
            .map_err(|e| self.error(&e))
    }

    fn at_or_before(&self, family: Family, prefix: &[u8], key: &[u8]) -> Result<Option<Entry>, Error> {
        let handle = self.handle(family)?;
        let iterator = self.db.iterator_cf(handle, IteratorMode::From(key, Direction::Reverse));
        first_within(iterator, prefix).map_err(|e| self.error(&e))
    }
}

impl Kv for Db {
    fn write(&self, batch: Batch) -> Result<(), Error> {
        let mut writes = WriteBatch::default();
        for (family, key, value) in &batch.writes {
            let handle = self.handle(*family)?;
            match value {
                Some(value) => writes.put_cf(handle, key, value),
                None => writes.delete_cf(handle, key),
            }
        }
        let mut options = WriteOptions::default();
        options.set_sync(true);
        self.db.write_opt(writes, &options).map_err(|e| self.error(&e))
    }

    fn snapshot(&self) -> Box<dyn Read + '_> {
        Box::new(View { db: self, snapshot: self.db.snapshot() })
    }
}

struct View<'a> {
    db: &'a Db,
    snapshot: SnapshotWithThreadMode<'a, DB>,
}

impl Read for View<'_> {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.snapshot.get_cf(self.db.handle(family)?, key).map_err(|e| self.db.error(&e))
    }

    fn page(&self, family: Family, range: Range<'_>) -> Result<Vec<Entry>, Error> {
        let handle = self.db.handle(family)?;
        page(range, |mode, options| self.snapshot.iterator_cf_opt(handle, options, mode))
            .map_err(|e| self.db.error(&e))
    }

    fn at_or_before(&self, family: Family, prefix: &[u8], key: &[u8]) -> Result<Option<Entry>, Error> {
        let handle = self.db.handle(family)?;
        let iterator = self.snapshot.iterator_cf(handle, IteratorMode::From(key, Direction::Reverse));
        first_within(iterator, prefix).map_err(|e| self.db.error(&e))
    }
}

type Iter<'a, D> = rocksdb::DBIteratorWithThreadMode<'a, D>;

fn page<'a, D: DBAccess + 'a>(
    range: Range<'_>,
    open: impl FnOnce(IteratorMode<'_>, ReadOptions) -> Iter<'a, D>,
) -> Result<Vec<Entry>, rocksdb::Error> {
    let mut options = ReadOptions::default();
    options.set_iterate_range(rocksdb::PrefixRange(range.prefix.to_vec()));
    let mode = match (range.order, range.after) {
        (Order::Ascending, after) => {
            let start = after.filter(|after| *after > range.prefix).unwrap_or(range.prefix);
            IteratorMode::From(start, Direction::Forward)
        }
        (Order::Descending, Some(after)) => IteratorMode::From(after, Direction::Reverse),
        (Order::Descending, None) => IteratorMode::End,
    };
    open(mode, options)
        // `after` itself is where the iterator lands; it is not wanted
        .filter(|entry| !matches!((entry, range.after), (Ok((key, _)), Some(after)) if key.as_ref() == after))
        .take(range.limit.min(MAX_PAGE))
        .map(|entry| entry.map(|(key, value)| (key.into_vec(), value.into_vec())))
        .collect()
}

fn first_within<'a, D: DBAccess + 'a>(
    mut iterator: Iter<'a, D>,
    prefix: &[u8],
) -> Result<Option<Entry>, rocksdb::Error> {
    let entry = iterator.next().transpose()?;
    Ok(entry
        .filter(|(key, _)| key.starts_with(prefix))
        .map(|(key, value)| (key.into_vec(), value.into_vec())))
}

fn base_options() -> Options {
    let mut options = Options::default();
    options.set_max_open_files(MAX_OPEN_FILES);
    options.set_max_total_wal_size(MAX_WAL_BYTES);
    // A record that a crash cut short was never acknowledged and is dropped. Anything else that does not read is
    // damage: RocksDB's default would stop there in silence and lose what was acknowledged after it.
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options.set_max_background_jobs(2);
    options.set_keep_log_file_num(3);
    options.set_log_level(LogLevel::Warn);
    options.set_stats_dump_period_sec(0);
    options
}

fn family_options(cache: &Cache) -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_bloom_filter(10.0, false);
    let mut options = Options::default();
    options.set_block_based_table_factory(&blocks);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_write_buffer_size(WRITE_BUFFER_BYTES);
    options
}

/// `None`: nothing there yet.
fn existing_families(path: &Path) -> Result<Option<BTreeSet<String>>, Error> {
    let failed = |e: &io::Error| io_error(path, e);
    match fs::read_dir(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path).map_err(|e| failed(&e))?;
            return Ok(None);
        }
        Err(e) => return Err(failed(&e)),
        Ok(_) if path.join("CURRENT").exists() => {}
        // LOCK and LOG remain when a first start died before it wrote anything
        Ok(entries) => {
            for entry in entries {
                let name = entry.map_err(|e| failed(&e))?.file_name();
                let leftover = name.to_str().is_some_and(|name| {
                    name.starts_with("LOG")
                        || name.starts_with("MANIFEST-")
                        || ["LOCK", "IDENTITY"].contains(&name)
                        || name.ends_with(".dbtmp")
                        || name == "lost+found"
                });
                if !leftover {
                    return Err(Error::NotADatabase { path: path.to_owned() });
                }
            }
            return Ok(None);
        }
    }
    let names = DB::list_cf(&Options::default(), path).map_err(|e| classify(path, &e))?;
    Ok(Some(names.into_iter().collect()))
}

fn io_error(path: &Path, error: &io::Error) -> Error {
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Error::ReadOnly { path, reason }
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::DiskFull { path },
        _ => Error::Failed { path, reason },
    }
}

/// RocksDB reports causes as text only: the system's own words (strerror) decide.
fn classify(path: &Path, error: &rocksdb::Error) -> Error {
    let (path, reason) = (path.to_owned(), error.clone().into_string());
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    if says(&["No space left on device", "Disk quota exceeded", "Max allowed space was reached"]) {
        Error::DiskFull { path }
    } else if says(&["Read-only file system", "Permission denied", "Operation not permitted"]) {
        Error::ReadOnly { path, reason }
    } else if says(&["While lock file", "lock hold by current process", "/LOCK:"]) {
        Error::Locked { path }
    } else if error.kind() == rocksdb::ErrorKind::Corruption {
        Error::Damaged { path, reason }
    } else {
        Error::Failed { path, reason }
    }
}
