//! Encrypted PKCS#8 (RFC 5958 §3) under PBES2 (RFC 8018 §6.2).
//!
//! Decrypting:
//! 1. the outer structure is parsed: what is wrong here is [`Error::Encoding`], whatever the passphrase;
//! 2. the costs of the key derivation are checked before they are paid ([`Error::KdfOutOfBounds`]);
//! 3. the key is derived: PBKDF2 (RFC 8018 §5.2) with HMAC-SHA-1, -224, -256, -384, -512 or HMAC-SM3, or scrypt (RFC 7914);
//! 4. AES-CBC, or SM4-CBC as GmSSL and `openssl pkcs8 -v2 sm4-cbc` write it, is undone and the padding removed (RFC 8018 appendix B.2.5);
//! 5. the result is parsed as PKCS#8.
//!
//! PBES2 does not authenticate. A wrong passphrase fails in 4, or, once in 256 times, in 5 because the bytes are
//! no PKCS#8; a damaged ciphertext does the same, so both are [`Error::WrongPassphraseOrDamaged`]. What parses as
//! PKCS#8 and is then refused (another algorithm, a public key that does not belong) was decrypted by the right
//! passphrase, and has that error.
//!
//! Written is what OpenSSL writes by default, PBKDF2 with HMAC-SHA-256 and AES-256-CBC, with more iterations and a
//! longer salt.

use super::{ENCRYPTED, encoding, pem};
use crate::{Error, SigningKey};
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2 as aws_pbkdf2;
use der::asn1::{AnyRef, Null, ObjectIdentifier, OctetStringRef};
use der::pem::LineEnding;
use der::{Choice, Decode, DecodeValue, Document, Encode, Sequence};
use hufu_sm::sm3::Sm3;
use hufu_sm::sm4::{Sm4Cbc, cipher::KeyInit as _};
use pkcs8::PrivateKeyInfoRef;
use rand_core::CryptoRng;
use sha2::Sha224;
use spki::AlgorithmIdentifierRef;
use std::fmt;
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// Iterations written: what OWASP's password storage guidance asks of PBKDF2-HMAC-SHA-256. About 0.2 s.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).expect("not zero");

/// The most iterations that are read: about a second. OpenSSL writes 2,048 unless told otherwise.
const MAX_ITERATIONS: u32 = 2_000_000;

/// The most blocks of 128 bytes that scrypt may work through, N·r·p, and so its memory, 128·N·r: 256 MiB, some seconds. OpenSSL writes
/// N = 2¹⁴, r = 8, p = 1: 2¹⁷.
const MAX_SCRYPT_BLOCKS: u64 = 1 << 21;

/// Longer than the PKCS#8 structure of every key here with its padding (P-384: 185 bytes), and of an RSA key, which
/// is then refused by name.
const MAX_CIPHERTEXT: usize = 8 << 10;

/// Bytes of salt written: NIST SP 800-132 §5.1 asks for 16.
const SALT_BYTES: usize = 16;

/// AES's block.
const BLOCK: usize = 16;

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");
const HMAC_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.7");
const HMAC_SHA224: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.8");
const HMAC_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.9");
const HMAC_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.10");
const HMAC_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.11");
/// As GmSSL writes it.
const HMAC_SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.401.2");
/// As GM/T 0091 has it.
const HMAC_SM3_GMT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.401.3.1");
const AES128_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.2");
const AES192_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.22");
const AES256_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");
const SM4_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.104.2");

/// A private key that a passphrase opens: an `EncryptedPrivateKeyInfo` whose outer structure is well formed.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedKey {
    der: Vec<u8>,
}

/// `EncryptedPrivateKeyInfo`.
#[derive(Sequence)]
struct Outer<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    data: &'a OctetStringRef,
}

/// `PBES2-params`.
#[derive(Sequence)]
struct Pbes2<'a> {
    kdf: AlgorithmIdentifierRef<'a>,
    cipher: AlgorithmIdentifierRef<'a>,
}

/// `PBKDF2-params`.
#[derive(Sequence)]
struct Pbkdf2<'a> {
    salt: &'a OctetStringRef,
    iterations: u64,
    #[asn1(optional = "true")]
    key_length: Option<u64>,
    /// `DEFAULT algid-hmacWithSHA1`.
    #[asn1(optional = "true")]
    prf: Option<AlgorithmIdentifierRef<'a>>,
}

/// `scrypt-params`.
#[derive(Sequence)]
struct Scrypt<'a> {
    salt: &'a OctetStringRef,
    cost: u64,
    block_size: u64,
    parallelization: u64,
    #[asn1(optional = "true")]
    key_length: Option<u64>,
}

/// What a well-formed structure asks for.
struct Recipe<'a> {
    kdf: Kdf<'a>,
    cipher: Cipher,
    key_bytes: usize,
    iv: [u8; BLOCK],
    ciphertext: &'a [u8],
}

enum Cipher {
    Aes(&'static aws_lc_rs::cipher::Algorithm),
    Sm4,
}

enum Kdf<'a> {
    Pbkdf2 { salt: &'a [u8], iterations: NonZeroU32, prf: Prf },
    Scrypt { salt: &'a [u8], params: scrypt::Params },
}

/// What PBKDF2 iterates. aws-lc-rs does not offer the last two.
enum Prf {
    Aws(aws_pbkdf2::Algorithm),
    Sha224,
    Sm3,
}

impl EncryptedKey {
    /// Reads an `EncryptedPrivateKeyInfo`; nothing is decrypted yet.
    ///
    /// # Errors
    /// [`Error::Encoding`] for what is not strict DER, has trailing bytes or a scheme other than PBES2 with PBKDF2 or
    /// scrypt and AES-CBC or SM4-CBC; [`Error::KdfOutOfBounds`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        parse(der)?;
        Ok(Self { der: der.to_vec() })
    }

    /// Reads an `ENCRYPTED PRIVATE KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_der`](Self::from_der); [`Error::PublicKeyGiven`] for a `PUBLIC KEY`.
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        match pem::read(ENCRYPTED, text)? {
            (pem::ENCRYPTED, document) => Self::from_der(document.as_bytes()),
            (pem::PUBLIC, _) => Err(Error::PublicKeyGiven),
            (pem::PRIVATE, _) => Err(encoding(ENCRYPTED, &"it is not encrypted")),
            (label, _) => Err(pem::wrong_label(ENCRYPTED, label)),
        }
    }

    /// The structure in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The structure in PEM (`BEGIN ENCRYPTED PRIVATE KEY`), lines ending in `\n`.
    ///
    /// # Panics
    /// Never: what was DER has a PEM form.
    #[must_use]
    pub fn to_pem(&self) -> String {
        Document::try_from(self.der.as_slice())
            .and_then(|document| document.to_pem(pem::ENCRYPTED, LineEnding::LF))
            .expect("PEM, because the structure was parsed as DER before")
    }

    /// Decrypts the private key.
    ///
    /// # Errors
    /// [`Error::WrongPassphraseOrDamaged`], told apart from the errors of
    /// [`SigningKey::from_pkcs8_der`] as far as the format permits: those mean that the passphrase is right and the
    /// key is not acceptable.
    pub fn decrypt(&self, passphrase: &[u8]) -> Result<SigningKey, Error> {
        let recipe = parse(&self.der)?;
        let key = recipe.kdf.derive(passphrase, recipe.key_bytes)?;
        // 4.
        let plaintext = recipe
            .cipher
            .decrypt(&key, recipe.iv, recipe.ciphertext)
            .ok_or(Error::WrongPassphraseOrDamaged)?;
        // 5.
        if PrivateKeyInfoRef::from_der(&plaintext).is_err() {
            return Err(Error::WrongPassphraseOrDamaged);
        }
        SigningKey::from_pkcs8_der(&plaintext)
    }
}

impl fmt::Debug for EncryptedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedKey({} bytes)", self.der.len())
    }
}

impl SigningKey {
    /// Encrypts the PKCS#8 private key under `passphrase`; `rng` gives salt and initialisation vector.
    ///
    /// # Errors
    /// [`Error::Unsealable`] for an empty passphrase.
    ///
    /// # Security
    /// PBES2 does not authenticate: somebody who can write the file can damage the key unnoticed until it is read,
    /// and guesses at the passphrase cost far less than against the [`keystore`](crate::keystore), whose Argon2id needs memory.
    /// This form is for exchange with other software.
    pub fn to_encrypted_pkcs8(
        &self,
        passphrase: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<EncryptedKey, Error> {
        if passphrase.is_empty() {
            return Err(Error::Unsealable("the passphrase is empty"));
        }
        let (mut salt, mut iv) = ([0; SALT_BYTES], [0; BLOCK]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut iv);
        let kdf = Kdf::Pbkdf2 {
            salt: &salt,
            iterations: ITERATIONS,
            prf: Prf::Aws(aws_pbkdf2::PBKDF2_HMAC_SHA256),
        };
        let key = kdf.derive(passphrase, 32)?;
        let plaintext = self.pkcs8_document();
        // Room for the padding: growing would leave a copy behind.
        let mut buffer = Zeroizing::new(Vec::with_capacity(plaintext.as_bytes().len() + BLOCK));
        buffer.extend_from_slice(plaintext.as_bytes());
        UnboundCipherKey::new(&AES_256, &key)
            .and_then(PaddedBlockEncryptingKey::cbc_pkcs7)
            .and_then(|cipher| {
                cipher.less_safe_encrypt(&mut *buffer, EncryptionContext::Iv128(FixedLength::from(iv)))
            })
            .map_err(|_| Error::Unsealable("encryption failed"))?;
        write(&salt, &iv, &buffer).map_err(|_| Error::Unsealable("it has no DER form"))
    }
}

/// The structure around a ciphertext, field for field as OpenSSL writes it.
fn write(salt: &[u8], iv: &[u8], ciphertext: &[u8]) -> der::Result<EncryptedKey> {
    let prf = AlgorithmIdentifierRef { oid: HMAC_SHA256, parameters: Some(Null.into()) };
    let pbkdf2 = Pbkdf2 {
        salt: OctetStringRef::new(salt)?,
        iterations: ITERATIONS.get().into(),
        key_length: None,
        prf: Some(prf),
    }
    .to_der()?;
    let pbes2 = Pbes2 {
        kdf: AlgorithmIdentifierRef { oid: PBKDF2, parameters: Some(AnyRef::from_der(&pbkdf2)?) },
        cipher: AlgorithmIdentifierRef { oid: AES256_CBC, parameters: Some(OctetStringRef::new(iv)?.into()) },
    }
    .to_der()?;
    let algorithm = AlgorithmIdentifierRef { oid: PBES2, parameters: Some(AnyRef::from_der(&pbes2)?) };
    let der = Outer { algorithm, data: OctetStringRef::new(ciphertext)? }.to_der()?;
    Ok(EncryptedKey { der })
}

/// Steps 1 and 2.
fn parse(der: &[u8]) -> Result<Recipe<'_>, Error> {
    let malformed = |e: der::Error| encoding(ENCRYPTED, &e);
    let outer = Outer::from_der(der).map_err(malformed)?;
    if outer.algorithm.oid != PBES2 {
        return Err(unsupported("scheme", outer.algorithm.oid));
    }
    let pbes2: Pbes2<'_> = parameters(&outer.algorithm)?;
    let (cipher, key_bytes) = match pbes2.cipher.oid {
        AES128_CBC => (Cipher::Aes(&AES_128), 16),
        AES192_CBC => (Cipher::Aes(&AES_192), 24),
        AES256_CBC => (Cipher::Aes(&AES_256), 32),
        SM4_CBC => (Cipher::Sm4, 16),
        other => return Err(unsupported("cipher", other)),
    };
    let iv: &OctetStringRef = parameters(&pbes2.cipher)?;
    let iv = iv.as_bytes().try_into().map_err(|_| encoding(ENCRYPTED, &"its IV has not 16 bytes"))?;
    let ciphertext = outer.data.as_bytes();
    if ciphertext.is_empty() || ciphertext.len() % BLOCK != 0 {
        return Err(encoding(ENCRYPTED, &"its ciphertext is not a whole number of blocks"));
    }
    if ciphertext.len() > MAX_CIPHERTEXT {
        return Err(encoding(ENCRYPTED, &"its ciphertext is longer than that of any key"));
    }
    let (kdf, stated) = match pbes2.kdf.oid {
        PBKDF2 => parse_pbkdf2(&pbes2.kdf)?,
        SCRYPT => parse_scrypt(&pbes2.kdf)?,
        other => return Err(unsupported("key derivation", other)),
    };
    if stated.is_some_and(|stated| usize::try_from(stated) != Ok(key_bytes)) {
        return Err(encoding(ENCRYPTED, &"its key length is not that of its cipher"));
    }
    Ok(Recipe { kdf, cipher, key_bytes, iv, ciphertext })
}

fn parse_pbkdf2<'a>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<(Kdf<'a>, Option<u64>), Error> {
    let params: Pbkdf2<'a> = parameters(algorithm)?;
    let prf = match params.prf.as_ref().map_or(HMAC_SHA1, |prf| prf.oid) {
        HMAC_SHA1 => Prf::Aws(aws_pbkdf2::PBKDF2_HMAC_SHA1),
        HMAC_SHA224 => Prf::Sha224,
        HMAC_SHA256 => Prf::Aws(aws_pbkdf2::PBKDF2_HMAC_SHA256),
        HMAC_SHA384 => Prf::Aws(aws_pbkdf2::PBKDF2_HMAC_SHA384),
        HMAC_SHA512 => Prf::Aws(aws_pbkdf2::PBKDF2_HMAC_SHA512),
        HMAC_SM3 | HMAC_SM3_GMT => Prf::Sm3,
        other => return Err(unsupported("pseudo-random function", other)),
    };
    if params.prf.is_some_and(|prf| prf.parameters.is_some_and(|p| !p.is_null())) {
        return Err(encoding(ENCRYPTED, &"its pseudo-random function has parameters"));
    }
    let iterations = bounded("PBKDF2 iterations", params.iterations, MAX_ITERATIONS.into())?;
    let iterations = u32::try_from(iterations)
        .ok()
        .and_then(NonZeroU32::new)
        .expect("a positive u32, because it was bounded a line before");
    Ok((Kdf::Pbkdf2 { salt: params.salt.as_bytes(), iterations, prf }, params.key_length))
}

fn parse_scrypt<'a>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<(Kdf<'a>, Option<u64>), Error> {
    let params: Scrypt<'a> = parameters(algorithm)?;
    let block_size = bounded("scrypt block size", params.block_size, MAX_SCRYPT_BLOCKS)?;
    let cost = bounded("scrypt cost", params.cost, MAX_SCRYPT_BLOCKS / block_size)?;
    let lanes =
        bounded("scrypt parallelization", params.parallelization, MAX_SCRYPT_BLOCKS / block_size / cost)?;
    let refused = || encoding(ENCRYPTED, &"its scrypt parameters do not go together");
    if !cost.is_power_of_two() {
        return Err(refused());
    }
    let narrow = |value: u64| u32::try_from(value).map_err(|_| refused());
    let log_n = u8::try_from(cost.ilog2()).map_err(|_| refused())?;
    let scrypt = scrypt::Params::new(log_n, narrow(block_size)?, narrow(lanes)?).map_err(|_| refused())?;
    Ok((Kdf::Scrypt { salt: params.salt.as_bytes(), params: scrypt }, params.key_length))
}

impl Cipher {
    /// Step 4.
    fn decrypt(&self, key: &[u8], iv: [u8; BLOCK], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Aes(algorithm) => {
                let mut buffer = Zeroizing::new(ciphertext.to_vec());
                let cipher = UnboundCipherKey::new(algorithm, key).ok()?;
                let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(cipher).ok()?;
                let context = DecryptionContext::Iv128(FixedLength::from(iv));
                let length = cipher.decrypt(&mut buffer, context).ok()?.len();
                buffer.truncate(length);
                Some(buffer)
            }
            Self::Sm4 => {
                let key: &[u8; 16] = key.try_into().ok()?;
                Sm4Cbc::new(key.into()).decrypt(&iv, ciphertext).ok().map(Zeroizing::new)
            }
        }
    }
}

impl Kdf<'_> {
    /// Step 3.
    fn derive(&self, passphrase: &[u8], bytes: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut key = Zeroizing::new(vec![0; bytes]);
        match self {
            Self::Pbkdf2 { salt, iterations, prf } => match prf {
                Prf::Aws(prf) => aws_pbkdf2::derive(*prf, *iterations, salt, passphrase, &mut key),
                Prf::Sha224 => pbkdf2::pbkdf2_hmac::<Sha224>(passphrase, salt, iterations.get(), &mut key),
                Prf::Sm3 => pbkdf2::pbkdf2_hmac::<Sm3>(passphrase, salt, iterations.get(), &mut key),
            },
            Self::Scrypt { salt, params } => scrypt::scrypt(passphrase, salt, params, &mut key)
                .map_err(|_| encoding(ENCRYPTED, &"its key cannot be derived"))?,
        }
        Ok(key)
    }
}

fn parameters<'a, T>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<T, Error>
where
    T: Choice<'a> + DecodeValue<'a, Error = der::Error>,
{
    let parameters = algorithm.parameters.ok_or_else(|| encoding(ENCRYPTED, &"parameters are missing"))?;
    parameters.decode_as().map_err(|e| encoding(ENCRYPTED, &e))
}

fn unsupported(what: &str, oid: ObjectIdentifier) -> Error {
    encoding(ENCRYPTED, &format!("its {what} {oid} is not supported"))
}

fn bounded(what: &'static str, found: u64, max: u64) -> Result<u64, Error> {
    if (1..=max).contains(&found) {
        Ok(found)
    } else {
        Err(Error::KdfOutOfBounds { what, found, min: 1, max })
    }
}
