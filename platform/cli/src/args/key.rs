//! `hufu key` as types.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{Alg, ChangePassphrase, Keys, ListKeys, RemoveKey, keystore};

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key: in the keystore, or in a file of mode 0600 that other software reads.
    Generate(Generate),
    /// Say what a key, signature or keystore file holds; private parts are never printed.
    Inspect(Inspect),
    /// Write a key in another form, its public half, or move it into or out of the keystore. Private keys get mode 0600.
    Convert(Convert),
    /// Derive a key from a seed, or from an extended key, along a path (BIP32, SLIP-0010, and the same for SM2). Private keys get
    /// mode 0600.
    Derive(Derive),
    /// Sign a file (detached).
    Sign(Sign),
    /// Verify a detached signature; the exit code is 1 if it does not verify.
    Verify(Verify),
    /// Encrypt a file to an SM2 public key.
    Encrypt(Encrypt),
    /// Decrypt a file with an SM2 private key, into a file of mode 0600; the exit code is 1 if it does not decrypt.
    Decrypt(Decrypt),
    /// List the keys of the keystore: names, algorithms, DIDs.
    List(ListKeys),
    /// Remove a key from the keystore for good.
    Remove(RemoveKey),
    /// Change the passphrase of the keystore.
    Passphrase(ChangePassphrase),
}

/// Which key, and how to open it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Source {
    /// The key's file, of any form: PEM, DER, SEC1, JWK, Multikey (`-` for standard input).
    #[arg(long, short, required_unless_present = "name", conflicts_with = "name")]
    pub(crate) key: Option<PathBuf>,
    /// The key's name in the keystore.
    #[arg(long, short, value_parser = keystore::name)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) secrets: Secrets,
}

impl Source {
    /// The files that are read, with the names of their options.
    pub(crate) fn inputs(&self) -> [(&'static str, Option<&Path>); 3] {
        let secrets = &self.secrets;
        [
            ("--key", self.key.as_deref()),
            ("--key-passphrase-file", secrets.key_passphrase_file.as_deref()),
            ("--passphrase-file", secrets.keys.passphrase_file.as_deref()),
        ]
    }
}

/// Where the passphrases come from.
#[derive(Args, Clone, Debug)]
pub(crate) struct Secrets {
    /// A file whose first line opens an encrypted key file; without it the keystore's passphrase is tried.
    #[arg(long)]
    pub(crate) key_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

/// Where a result goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Destination {
    /// The file to write (`-` for standard output, which then gets nothing else).
    #[arg(long, short)]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file if it exists, or the one that a link leads to; a keystore is never replaced, and pipes and devices are
    /// written to without it.
    #[arg(long)]
    pub(crate) force: bool,
}

/// How a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyFormat {
    /// PKCS#8 or SubjectPublicKeyInfo in PEM.
    #[value(alias = "pkcs8", alias = "spki")]
    Pem,
    /// The same in DER.
    Der,
    /// `EC PRIVATE KEY` (SEC1) in PEM: private elliptic-curve keys only.
    Sec1,
    /// The same in DER.
    Sec1Der,
    /// JSON Web Key.
    Jwk,
    /// Multikey.
    Multikey,
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignatureFormat {
    /// `r‖s`, or the 64 bytes of Ed25519, as they are.
    Raw,
    /// The DER that X.509, CMS and OpenSSL use.
    Der,
    /// The raw form in base64url, as JOSE has it.
    Base64url,
    /// The raw form in hexadecimal.
    Hex,
}

/// How an SM2 ciphertext is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewCipherFormat {
    /// The DER of GM/T 0009, as OpenSSL has it.
    Der,
    /// `C1 ‖ C3 ‖ C2` (GB/T 32918.4).
    Raw,
}

/// How an SM2 ciphertext was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CipherFormat {
    /// The DER of GM/T 0009, as OpenSSL has it.
    Der,
    /// `C1 ‖ C3 ‖ C2` (GB/T 32918.4).
    Raw,
    /// `C1 ‖ C2 ‖ C3`, as before 2012; for reading only.
    Old,
}

/// An algorithm whose keys come in trees: nobody has said how those of P-384 do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TreeAlg {
    /// Ed25519, hardened children only (SLIP-0010).
    Ed25519,
    /// ECDSA on P-256 (SLIP-0010).
    #[value(name = "p-256")]
    P256,
    /// ECDSA on secp256k1 (BIP32).
    Secp256k1,
    /// SM2, in the same shape.
    Sm2,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Generate {
    /// The algorithm.
    #[arg(long, short, value_enum, default_value = "ed25519")]
    pub(crate) algorithm: Alg,
    /// The key's name in the keystore.
    #[arg(long, short, default_value = "default", conflicts_with = "out", value_parser = keystore::name)]
    pub(crate) name: String,
    /// The form of the file.
    #[arg(long, short, value_enum, default_value = "pem", requires = "out")]
    pub(crate) format: KeyFormat,
    /// Encrypt the file under a passphrase (PKCS#8 with PBES2); PEM and DER only.
    #[arg(long, requires = "out")]
    pub(crate) encrypt: bool,
    /// Write the public half into this file, in the same form (`-` for standard output, which then gets nothing else).
    #[arg(long)]
    pub(crate) public_out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Inspect {
    /// The file (`-` for standard input).
    pub(crate) file: PathBuf,
    /// Ask for the passphrase of an encrypted key, to show its public half.
    #[arg(long)]
    pub(crate) unlock: bool,
    /// A file whose first line is the passphrase; without it that of `HUFU_PASSPHRASE_FILE`, then `HUFU_PASSPHRASE`, then a prompt.
    #[arg(long)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Convert {
    /// The key's file, of any form (`-` for standard input).
    #[arg(required_unless_present = "name", conflicts_with = "name")]
    pub(crate) file: Option<PathBuf>,
    /// Take the key of this name out of the keystore instead; the keystore keeps it.
    #[arg(long, short, value_parser = keystore::name)]
    pub(crate) name: Option<String>,
    /// The form to write.
    #[arg(long, short, value_enum, required_unless_present = "into")]
    pub(crate) to: Option<KeyFormat>,
    /// Put the private key into the keystore under this name.
    #[arg(long, conflicts_with_all = ["to", "public", "encrypt", "out"], value_parser = keystore::name)]
    pub(crate) into: Option<String>,
    /// Write the public half only.
    #[arg(long)]
    pub(crate) public: bool,
    /// Encrypt the private key under a passphrase (PKCS#8 with PBES2); PEM and DER only.
    #[arg(long, conflicts_with = "public")]
    pub(crate) encrypt: bool,
    /// A file whose first line is the passphrase to encrypt under; without it the passphrase that opened the input is used, or
    /// one is asked for if the input is not encrypted.
    #[arg(long, requires = "encrypt")]
    pub(crate) out_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) secrets: Secrets,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Derive {
    /// The path, for example `m/44'/0'/0'/0/1`; `'`, `h` or `H` marks hardened steps.
    pub(crate) path: String,
    /// The seed's file: 16 to 64 bytes in hexadecimal, closed to other users (`-` for standard input).
    #[arg(long, required_unless_present = "from", conflicts_with = "from")]
    pub(crate) seed: Option<PathBuf>,
    /// The file of an extended key to start from instead, `xprv…` or `xpub…` (`-` for standard input).
    #[arg(long)]
    pub(crate) from: Option<PathBuf>,
    /// The algorithm of the seed's keys: each has a tree of its own.
    #[arg(long, short, value_enum, default_value = "secp256k1", conflicts_with = "from")]
    pub(crate) algorithm: TreeAlg,
    /// Put the private key into the keystore under this name.
    #[arg(long, conflicts_with_all = ["public", "extended", "encrypt", "out"], value_parser = keystore::name)]
    pub(crate) into: Option<String>,
    /// The form of the file.
    #[arg(long, short, value_enum, default_value = "pem", requires = "out")]
    pub(crate) format: KeyFormat,
    /// Write the extended key, from which more can be derived: `xprv…`, or `xpub…` with `--public`; secp256k1 only.
    #[arg(long, requires = "out", conflicts_with_all = ["format", "encrypt"])]
    pub(crate) extended: bool,
    /// Write extended keys of the test network: `tprv…`, `tpub…`.
    #[arg(long, requires = "extended", conflicts_with = "from")]
    pub(crate) testnet: bool,
    /// Write the public half only.
    #[arg(long, requires = "out")]
    pub(crate) public: bool,
    /// Encrypt the private key under a passphrase (PKCS#8 with PBES2); PEM and DER only.
    #[arg(long, requires = "out", conflicts_with = "public")]
    pub(crate) encrypt: bool,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Sign {
    /// The file to sign (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The form of the signature.
    #[arg(long, short, value_enum, default_value = "base64url")]
    pub(crate) format: SignatureFormat,
    /// SM2's distinguishing identifier of the signer. OpenSSL verifies without `distid` what is signed with `--id ''`.
    #[arg(long, default_value = hufu_keys::Algorithm::SM2_ID)]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Verify {
    /// The file that was signed (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The signature's file (`-` for standard input).
    #[arg(long, short)]
    pub(crate) signature: PathBuf,
    /// The form of the signature; without it every form that fits is tried, also DER in hexadecimal and base64 of any kind.
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<SignatureFormat>,
    /// SM2's distinguishing identifier of the signer. What OpenSSL signs without `distid` verifies with `--id ''`.
    #[arg(long, default_value = hufu_keys::Algorithm::SM2_ID)]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Encrypt {
    /// The file to encrypt (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The form of the ciphertext.
    #[arg(long, short, value_enum, default_value = "der")]
    pub(crate) format: NewCipherFormat,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Decrypt {
    /// The file to decrypt (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The form of the ciphertext.
    #[arg(long, short, value_enum, default_value = "der")]
    pub(crate) format: CipherFormat,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) source: Source,
}
