//! `hufu group deal`, `share` and `opener-key`: the openers make their key without a dealer whom all must trust.
//!
//! 1. Each opener deals: the dealing goes to everybody, the dealer file stays.
//! 2. Each gives each other one a share, in secret.
//! 3. Each makes its own key from all dealings and the shares that it got; a false share names who made it.
//!
//! All must use the same dealings: the printed `openers` are the same for all who did.

use std::path::{Path, PathBuf};

use hufu_group::{Ceremony, Dealer, Dealing, OpenerKey, Openers, SecretShare};
use serde_json::{Value, json};

use super::files::{self, input, no};
use crate::{
    args::{GroupDeal, GroupOpenerKey, GroupShare, Unlock},
    commands::{
        pair::Pair,
        record::{self, Record},
        sink,
    },
    output::{Output, path_text},
};

pub(super) fn deal(options: &GroupDeal, output: Output) -> anyhow::Result<()> {
    let pair = Pair {
        secret: ("--out", &options.out),
        public: ("--public-out", &options.public_out),
        force: options.force,
        seal: None,
    };
    pair.check(&[])?;
    let terms =
        Terms { context: options.context.clone(), threshold: options.threshold, openers: options.openers };
    let ceremony = terms.ceremony().map_err(input)?;
    let (dealer, dealing): (Dealer, Dealing) =
        ceremony.deal(options.number, &mut rand::rng()).map_err(input)?;
    // the polynomial in another form: its values for all openers, of which each gets one
    let shares = (1..=options.openers)
        .map(|number| Ok(record::encode(&dealer.share(number).map_err(input)?.to_bytes())))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut members = terms.describe();
    members["number"] = options.number.into();
    members["shares"] = shares.into();
    let private = record::write_secret(files::DEALER, members, None)?;
    let mut members = terms.describe();
    members["number"] = options.number.into();
    members["dealing"] = record::encode(&dealing.to_bytes());
    let file = record::write(files::DEALING, members);
    let value = json!({ "number": options.number, "file": path_text(&options.out), "publicFile": path_text(&options.public_out) });
    pair.write(&private, &file, output, &value, || {
        let [secret, public] = [&options.out, &options.public_out].map(|path| path.display());
        format!(
            "opener {} of {} dealt: {public} is for everybody, {secret} for nobody",
            options.number, options.openers
        )
    })
}

pub(super) fn share(options: &GroupShare, output: Output) -> anyhow::Result<()> {
    let inputs = [("the dealer file", Some(options.dealer.as_path()))];
    sink::check_all(&inputs, &[("--out", &options.out)], options.force)?;
    let dealer = DealerFile::read(&options.dealer)?;
    let share = dealer.share(options.number)?;
    let mut members = dealer.terms.describe();
    members["dealer"] = dealer.number.into();
    members["number"] = options.number.into();
    members["share"] = record::encode(&share.to_bytes());
    files::write_private(&options.out, options.force, files::SHARE, members, output)?;
    let value = json!({ "dealer": dealer.number, "number": options.number, "file": path_text(&options.out) });
    sink::tell(&[&options.out], output, &value, || {
        format!("{} is for opener {} and nobody else", options.out.display(), options.number)
    })
}

/// # Errors
/// [`Code::No`](crate::exit::Code::No) for a dealing or share that does not hold, with the opener who made it.
pub(super) fn opener_key(options: &GroupOpenerKey, output: Output) -> anyhow::Result<()> {
    let mut inputs = vec![("--dealer", Some(options.dealer.as_path()))];
    inputs.extend(options.dealings.iter().map(|path| ("a dealing", Some(path.as_path()))));
    inputs.extend(options.shares.iter().map(|path| ("a share", Some(path.as_path()))));
    inputs.push(options.seal.unlock.input());
    sink::check_all(&inputs, &[("--out", &options.out)], options.force)?;
    let own = DealerFile::read(&options.dealer)?;
    let (terms, dealings) = dealings(&options.dealings)?;
    let mut shares = vec![own.share(own.number)?];
    for path in &options.shares {
        shares.push(own.received(path)?);
    }
    if terms != own.terms {
        return Err(input(format_args!(
            "{} and the dealings are of different makings of a key",
            options.dealer.display()
        )));
    }
    let ceremony = terms.ceremony().map_err(input)?;
    let key = ceremony.key(own.number, &dealings, &shares).map_err(no)?;
    let openers = files::openers(&ceremony.openers(&dealings).map_err(no)?);
    let members = json!({ "openers": openers, "key": record::encode(key.to_bytes().as_slice()) });
    let passphrase = options.seal.passphrase(&options.out)?;
    let passphrase = passphrase.as_ref();
    files::write_secret(&options.out, options.force, files::OPENER, members, passphrase, output)?;
    let value = json!({ "number": own.number, "openers": openers, "file": path_text(&options.out) });
    sink::tell(&[&options.out], output, &value, || {
        format!(
            "key of opener {} in {}; {} of {} open together\nopeners {}",
            own.number,
            options.out.display(),
            terms.threshold,
            terms.openers,
            openers.as_str().unwrap_or_default()
        )
    })
}

/// Reads the dealings of one making of a key.
///
/// # Errors
/// [`Code::Input`](crate::exit::Code::Input), also if one is of another.
pub(super) fn dealings(paths: &[PathBuf]) -> anyhow::Result<(Terms, Vec<Dealing>)> {
    let mut all: Option<Terms> = None;
    let mut dealings = Vec::with_capacity(paths.len());
    for path in paths {
        let mut record = Record::read(path, files::DEALING, files::MAX_FILE)?;
        let terms = Terms::take(&mut record)?;
        let ceremony = terms.ceremony().map_err(|error| record.refused(error))?;
        let dealing = Dealing::from_bytes(&ceremony, &record.bytes("dealing")?)
            .map_err(|error| record.refused(error))?;
        if record.take("number")? != json!(dealing.opener()) {
            return Err(record.refused("its number is not that of its dealing: it was altered"));
        }
        if *all.get_or_insert_with(|| terms.clone()) != terms {
            return Err(record.refused("it is of another making of a key than the dealings before it"));
        }
        record.finish()?;
        dealings.push(dealing);
    }
    let terms = all.ok_or_else(|| input("no dealings"))?;
    Ok((terms, dealings))
}

/// Reads an opener's key.
///
/// # Errors
/// [`Code::Input`](crate::exit::Code::Input), also if the file is open to others.
pub(super) fn read_opener(path: &Path, unlock: &Unlock) -> anyhow::Result<OpenerKey> {
    let (mut record, _) = Record::read_secret(path, files::OPENER, files::MAX_FILE, unlock)?;
    let openers: Openers =
        Openers::from_bytes(&record.bytes("openers")?).map_err(|error| record.refused(error))?;
    let key = hufu_keys::Secret::new(record.bytes("key")?);
    let key =
        key.expose(|key| OpenerKey::from_bytes(&openers, key)).map_err(|error| record.refused(error))?;
    record.finish()?;
    Ok(key)
}

/// What the openers agreed on before.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Terms {
    context: String,
    threshold: u16,
    openers: u16,
}

impl Terms {
    pub(super) fn ceremony(&self) -> Result<Ceremony, hufu_group::Error> {
        Ceremony::new(self.context.as_bytes(), self.threshold, self.openers)
    }

    fn take(record: &mut Record) -> anyhow::Result<Self> {
        Ok(Self {
            context: record.text("context")?,
            threshold: number(record, "threshold")?,
            openers: number(record, "openers")?,
        })
    }

    fn describe(&self) -> Value {
        json!({ "context": self.context, "threshold": self.threshold, "openers": self.openers })
    }
}

/// A dealer's secret, as its file has it.
struct DealerFile {
    path: PathBuf,
    terms: Terms,
    number: u16,
    shares: Vec<SecretShare>,
}

impl DealerFile {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let mut record = Record::read_private(path, files::DEALER, files::MAX_FILE)?;
        let terms = Terms::take(&mut record)?;
        let number = number(&mut record, "number")?;
        let Value::Array(texts) = record.take("shares")? else {
            return Err(record.refused("\"shares\" is no list"));
        };
        let shares = texts.iter().map(|text| {
            let text = text.as_str().ok_or_else(|| record.refused("a share is no text"))?;
            let bytes = hufu_keys::Secret::new(record.decode("shares", text)?);
            bytes.expose(|bytes| SecretShare::from_bytes(bytes)).map_err(|error| record.refused(error))
        });
        let shares = shares.collect::<anyhow::Result<_>>()?;
        record.finish()?;
        Ok(Self { path: path.to_owned(), terms, number, shares })
    }

    /// The share for an opener, which may be the dealer itself.
    fn share(&self, number: u16) -> anyhow::Result<SecretShare> {
        let share = self.shares.iter().find(|share| share.opener() == number);
        let share = share.ok_or_else(|| {
            input(format_args!(
                "{}: there is no opener {number}: they are numbered from 1 to {}",
                self.path.display(),
                self.terms.openers
            ))
        })?;
        SecretShare::from_bytes(&share.to_bytes()).map_err(input)
    }

    /// A share that another opener sent to this one.
    fn received(&self, path: &Path) -> anyhow::Result<SecretShare> {
        let mut record = Record::read_private(path, files::SHARE, files::MAX_FILE)?;
        let terms = Terms::take(&mut record)?;
        let bytes = hufu_keys::Secret::new(record.bytes("share")?);
        let share =
            bytes.expose(|bytes| SecretShare::from_bytes(bytes)).map_err(|error| record.refused(error))?;
        let numbers = (number(&mut record, "dealer")?, number(&mut record, "number")?);
        if numbers != (share.dealer(), share.opener()) {
            return Err(record.refused("its numbers are not those of its share: it was altered"));
        }
        if terms != self.terms {
            return Err(record.refused("it is of another making of a key"));
        }
        if share.opener() != self.number {
            let (found, own) = (share.opener(), self.number);
            return Err(record.refused(format_args!("it is for opener {found}, and this is opener {own}")));
        }
        record.finish()?;
        Ok(share)
    }
}

/// Takes a small number.
fn number(record: &mut Record, member: &str) -> anyhow::Result<u16> {
    let number = record.take(member)?.as_u64().and_then(|number| u16::try_from(number).ok());
    number.ok_or_else(|| record.refused(format_args!("{member:?} is no number of 16 bits")))
}
