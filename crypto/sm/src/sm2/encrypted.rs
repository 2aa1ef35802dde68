//! Encrypted PKCS#8 (RFC 5958 §3) under PBES2 (RFC 8018 §6.2).
//!
//! Reading:
//! 1. the outer structure is read: what is wrong here is [`Error::Encoding`], whatever the password;
//! 2. what is well formed and not one of the schemes below is [`Error::UnsupportedScheme`], which names it;
//! 3. the work that the file asks for is bounded before it is done ([`Error::KdfOutOfBounds`]);
//! 4. a key is derived: PBKDF2 (RFC 8018 §5.2) with HMAC-SHA-224, -256, -384, -512 or HMAC-SM3, or scrypt (RFC 7914);
//! 5. AES or SM4 in CBC mode is undone, and the padding of PKCS #7 removed;
//! 6. the result is read as PKCS#8.
//!
//! PBES2 does not authenticate. A wrong password fails in step 5 or, once in 256 times, in step 6 because the bytes are no
//! PKCS#8, and so does a damaged ciphertext: all of these are [`Error::Password`]. What is PKCS#8 and no SM2 key was decrypted by
//! the right password, and has an error that says what it is.

use super::encoding::{self, ENCRYPTED, ENCRYPTED_LABEL, strict};
use super::pem;
use super::{Error, SecretKey};
use crate::sm3::Sm3;
use crate::sm4::Sm4;
use aes::{Aes128, Aes192, Aes256};
use cipher::block_padding::Pkcs7;
use cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit,
};
use der::asn1::{AnyRef, Null, ObjectIdentifier, OctetStringRef};
use der::{Choice, Decode, DecodeValue, Encode, SecretDocument, Sequence};
use pkcs8::PrivateKeyInfoRef;
use rand_core::TryCryptoRng;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

/// The most iterations of PBKDF2 that are read or written: about two seconds of a current core with the slowest hash. OpenSSL
/// writes 2,048 unless told otherwise.
pub(super) const MAX_PBKDF2_ITERATIONS: u32 = 2_000_000;

/// The most work that scrypt may be asked for, and with one lane the most memory: N·r·p blocks of 128 bytes, which are 256 MiB.
/// Some seconds. OpenSSL writes N = 2¹⁴, r = 8, p = 1: a sixteenth of it.
const MAX_SCRYPT_BLOCKS: u64 = 1 << 21;

/// Longer than the PKCS#8 structure of any SM2 key with its padding, and than that of an RSA key, which is then refused by name.
const MAX_CIPHERTEXT: usize = 8 << 10;

/// Bytes of salt written: NIST SP 800-132 §5.1 asks for 16.
const SALT_BYTES: usize = 16;

/// A block of AES and of SM4.
const BLOCK: usize = 16;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const PBES2: ObjectIdentifier = oid("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = oid("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = oid("1.3.6.1.4.1.11591.4.11");
/// The function of a PBKDF2 that names none.
const HMAC_SHA1: ObjectIdentifier = oid("1.2.840.113549.2.7");
const HMAC_SHA224: ObjectIdentifier = oid("1.2.840.113549.2.8");
const HMAC_SHA256: ObjectIdentifier = oid("1.2.840.113549.2.9");
const HMAC_SHA384: ObjectIdentifier = oid("1.2.840.113549.2.10");
const HMAC_SHA512: ObjectIdentifier = oid("1.2.840.113549.2.11");
/// As GmSSL writes it.
const HMAC_SM3: ObjectIdentifier = oid("1.2.156.10197.1.401.2");
/// As GM/T 0091 has it.
const HMAC_SM3_GMT: ObjectIdentifier = oid("1.2.156.10197.1.401.3.1");
const AES128_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.2");
const AES192_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.22");
const AES256_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.42");
const SM4_CBC: ObjectIdentifier = oid("1.2.156.10197.1.104.2");

/// Names of what is not supported and likely to be met.
pub(super) const NAMES: [(ObjectIdentifier, &str); 16] = [
    (HMAC_SHA1, "hmacWithSHA1"),
    (oid("1.2.840.113549.1.5.3"), "pbeWithMD5AndDES-CBC"),
    (oid("1.2.840.113549.1.5.10"), "pbeWithSHA1AndDES-CBC"),
    (oid("1.2.840.113549.1.12.1.1"), "pbeWithSHA1And128BitRC4"),
    (oid("1.2.840.113549.1.12.1.3"), "pbeWithSHA1And3-KeyTripleDES-CBC"),
    (oid("1.2.840.113549.1.12.1.6"), "pbeWithSHA1And40BitRC2-CBC"),
    (oid("1.2.840.113549.2.12"), "hmacWithSHA512-224"),
    (oid("1.2.840.113549.2.13"), "hmacWithSHA512-256"),
    (oid("1.2.840.113549.3.7"), "des-ede3-cbc"),
    (oid("2.16.840.1.101.3.4.1.43"), "aes-256-ofb"),
    (oid("2.16.840.1.101.3.4.1.44"), "aes-256-cfb"),
    (oid("2.16.840.1.101.3.4.1.6"), "aes-128-gcm"),
    (oid("2.16.840.1.101.3.4.1.46"), "aes-256-gcm"),
    (oid("1.2.410.200046.1.1.12"), "aria-256-cbc"),
    (oid("1.2.392.200011.61.1.1.1.4"), "camellia-256-cbc"),
    (oid("1.2.156.10197.1.104.4"), "sm4-cfb"),
];

/// How a private key is locked under a password.
///
/// ```
/// use hufu_sm::sm2::{PasswordCipher, PasswordKdf, PasswordScheme, SecretKey};
/// # use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
/// # let mut rng = ChaCha20Rng::from_seed([7; 32]);
///
/// let key = SecretKey::generate(&mut rng)?;
/// // What `openssl pkcs8 -topk8 -scrypt -v2 sm4-cbc` writes.
/// let scheme =
///     PasswordScheme { kdf: PasswordKdf::Scrypt { log_n: 14, r: 8, p: 1 }, cipher: PasswordCipher::Sm4Cbc };
/// let locked = key.to_encrypted_pkcs8_pem_with(&mut rng, b"password", &scheme)?;
/// assert_eq!(SecretKey::from_encrypted_pkcs8_pem(&locked, b"password")?, key);
/// # Ok::<(), hufu_sm::sm2::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordScheme {
    /// How the password becomes a key.
    pub kdf: PasswordKdf,
    /// What encrypts with that key.
    pub cipher: PasswordCipher,
}

/// How a password becomes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordKdf {
    /// PBKDF2 with HMAC-SHA-256, at most 2,000,000 iterations.
    Pbkdf2 {
        /// How often the hash is iterated.
        iterations: u32,
    },
    /// PBKDF2 with HMAC-SM3, at most 2,000,000 iterations. GmSSL reads it; OpenSSL 3.0 does not.
    Pbkdf2Sm3 {
        /// How often the hash is iterated.
        iterations: u32,
    },
    /// scrypt with N = 2^`log_n`, where N·r·p is at most 2²¹.
    Scrypt {
        /// The logarithm of the cost N.
        log_n: u8,
        /// The block size.
        r: u32,
        /// The lanes.
        p: u32,
    },
}

/// What encrypts a private key: a cipher in CBC mode with the padding of PKCS #7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordCipher {
    /// AES with a key of 128 bits.
    Aes128Cbc,
    /// AES with a key of 192 bits.
    Aes192Cbc,
    /// AES with a key of 256 bits: OpenSSL's choice.
    Aes256Cbc,
    /// SM4.
    Sm4Cbc,
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

/// What a file asks for, within the bounds.
struct Recipe<'a> {
    kdf: Kdf,
    salt: &'a [u8],
    cipher: PasswordCipher,
    iv: [u8; BLOCK],
    ciphertext: &'a [u8],
}

/// A key derivation whose work is bounded.
enum Kdf {
    Pbkdf2 { iterations: u32, prf: Prf },
    Scrypt(scrypt::Params),
}

#[derive(Clone, Copy)]
enum Prf {
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sm3,
}

impl PasswordCipher {
    const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Aes128Cbc => AES128_CBC,
            Self::Aes192Cbc => AES192_CBC,
            Self::Aes256Cbc => AES256_CBC,
            Self::Sm4Cbc => SM4_CBC,
        }
    }

    const fn key_bytes(self) -> usize {
        match self {
            Self::Aes128Cbc | Self::Sm4Cbc => 16,
            Self::Aes192Cbc => 24,
            Self::Aes256Cbc => 32,
        }
    }

    /// How many bytes of `buffer` are plaintext afterwards; nothing if the padding is none.
    fn decrypt(self, key: &[u8], iv: &[u8; BLOCK], buffer: &mut [u8]) -> Option<usize> {
        fn run<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], buffer: &mut [u8]) -> Option<usize> {
            let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
            cipher.decrypt_padded::<Pkcs7>(buffer).ok().map(<[u8]>::len)
        }
        match self {
            Self::Aes128Cbc => run::<Aes128>(key, iv, buffer),
            Self::Aes192Cbc => run::<Aes192>(key, iv, buffer),
            Self::Aes256Cbc => run::<Aes256>(key, iv, buffer),
            Self::Sm4Cbc => run::<Sm4>(key, iv, buffer),
        }
    }

    /// The ciphertext.
    fn encrypt(self, key: &[u8], iv: &[u8; BLOCK], plaintext: &[u8]) -> Vec<u8> {
        fn run<C: BlockCipherEncrypt + KeyInit>(
            key: &[u8],
            iv: &[u8],
            buffer: &mut [u8],
            length: usize,
        ) -> Option<usize> {
            let cipher = cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?;
            cipher.encrypt_padded::<Pkcs7>(buffer, length).ok().map(<[u8]>::len)
        }
        // The plaintext is overwritten by what it becomes.
        let length = plaintext.len();
        let mut buffer = vec![0; (length / BLOCK + 1) * BLOCK];
        buffer[..length].copy_from_slice(plaintext);
        let encrypted = match self {
            Self::Aes128Cbc => run::<Aes128>(key, iv, &mut buffer, length),
            Self::Aes192Cbc => run::<Aes192>(key, iv, &mut buffer, length),
            Self::Aes256Cbc => run::<Aes256>(key, iv, &mut buffer, length),
            Self::Sm4Cbc => run::<Sm4>(key, iv, &mut buffer, length),
        };
        assert_eq!(encrypted, Some(buffer.len()), "key, IV and buffer have the cipher's lengths");
        buffer
    }
}

impl Kdf {
    /// Step 3 for what the caller asks for.
    fn new(kdf: PasswordKdf) -> Result<Self, Error> {
        match kdf {
            PasswordKdf::Pbkdf2 { iterations } => Self::pbkdf2(iterations.into(), Prf::Sha256),
            PasswordKdf::Pbkdf2Sm3 { iterations } => Self::pbkdf2(iterations.into(), Prf::Sm3),
            PasswordKdf::Scrypt { log_n, r, p } => {
                let cost = 1_u64.checked_shl(log_n.into()).unwrap_or(u64::MAX);
                Self::scrypt(cost, r.into(), p.into())
            }
        }
    }

    fn pbkdf2(iterations: u64, prf: Prf) -> Result<Self, Error> {
        let found = iterations;
        match u32::try_from(iterations) {
            Ok(iterations @ 1..=MAX_PBKDF2_ITERATIONS) => Ok(Self::Pbkdf2 { iterations, prf }),
            _ => Err(Error::KdfOutOfBounds {
                what: "PBKDF2 iterations",
                found,
                max: MAX_PBKDF2_ITERATIONS.into(),
            }),
        }
    }

    fn scrypt(cost: u64, block_size: u64, lanes: u64) -> Result<Self, Error> {
        let work = cost.saturating_mul(block_size).saturating_mul(lanes);
        if !(1..=MAX_SCRYPT_BLOCKS).contains(&work) {
            let what = "scrypt's N times r times p";
            return Err(Error::KdfOutOfBounds { what, found: work, max: MAX_SCRYPT_BLOCKS });
        }
        // RFC 7914 §2: N is a power of two above 1.
        let malformed =
            Error::Encoding { structure: ENCRYPTED, reason: "its scrypt N is no power of two above 1" };
        if cost < 2 || !cost.is_power_of_two() {
            return Err(malformed);
        }
        let narrow = |value: u64| u32::try_from(value).map_err(|_| malformed);
        let log_n = u8::try_from(cost.ilog2()).map_err(|_| malformed)?;
        let params = scrypt::Params::new(log_n, narrow(block_size)?, narrow(lanes)?).map_err(|_| {
            // N < 2^(128·r/8), RFC 7914 §2.
            Error::Encoding { structure: ENCRYPTED, reason: "its scrypt parameters do not go together" }
        })?;
        Ok(Self::Scrypt(params))
    }

    /// Step 4.
    fn derive(&self, password: &[u8], salt: &[u8], bytes: usize) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; bytes]);
        match *self {
            Self::Pbkdf2 { iterations, prf } => {
                let derive = match prf {
                    Prf::Sha224 => pbkdf2::pbkdf2_hmac::<Sha224>,
                    Prf::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
                    Prf::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>,
                    Prf::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
                    Prf::Sm3 => pbkdf2::pbkdf2_hmac::<Sm3>,
                };
                derive(password, salt, iterations, &mut key);
            }
            Self::Scrypt(params) => scrypt::scrypt(password, salt, &params, &mut key)
                .expect("a key, because it has 16 to 32 bytes"),
        }
        key
    }
}

/// Steps 1 to 3.
fn read(der: &[u8]) -> Result<Recipe<'_>, Error> {
    let outer = strict(ENCRYPTED, Outer::from_der(der))?;
    if outer.algorithm.oid != PBES2 {
        return Err(Error::UnsupportedScheme { part: "scheme", oid: outer.algorithm.oid });
    }
    let pbes2: Pbes2<'_> = parameters(&outer.algorithm)?;
    let (kdf, salt, stated) = match pbes2.kdf.oid {
        PBKDF2 => read_pbkdf2(&pbes2.kdf)?,
        SCRYPT => read_scrypt(&pbes2.kdf)?,
        oid => return Err(Error::UnsupportedScheme { part: "key derivation", oid }),
    };
    let cipher = match pbes2.cipher.oid {
        AES128_CBC => PasswordCipher::Aes128Cbc,
        AES192_CBC => PasswordCipher::Aes192Cbc,
        AES256_CBC => PasswordCipher::Aes256Cbc,
        SM4_CBC => PasswordCipher::Sm4Cbc,
        oid => return Err(Error::UnsupportedScheme { part: "cipher", oid }),
    };
    let malformed = |reason| Error::Encoding { structure: ENCRYPTED, reason };
    if stated.is_some_and(|stated| usize::try_from(stated) != Ok(cipher.key_bytes())) {
        return Err(malformed("its key length is not that of its cipher"));
    }
    let iv: &OctetStringRef = parameters(&pbes2.cipher)?;
    let iv = iv.as_bytes().try_into().map_err(|_| malformed("its IV has not 16 bytes"))?;
    let ciphertext = outer.data.as_bytes();
    if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(BLOCK) {
        return Err(malformed("its ciphertext is not a whole number of blocks"));
    }
    if ciphertext.len() > MAX_CIPHERTEXT {
        return Err(malformed("its ciphertext is longer than that of any key"));
    }
    Ok(Recipe { kdf, salt, cipher, iv, ciphertext })
}

/// The derivation, its salt, and the length of key that it states.
type Derivation<'a> = (Kdf, &'a [u8], Option<u64>);

fn read_pbkdf2<'a>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<Derivation<'a>, Error> {
    let params: Pbkdf2<'a> = parameters(algorithm)?;
    let prf = match params.prf.as_ref().map_or(HMAC_SHA1, |prf| prf.oid) {
        HMAC_SHA224 => Prf::Sha224,
        HMAC_SHA256 => Prf::Sha256,
        HMAC_SHA384 => Prf::Sha384,
        HMAC_SHA512 => Prf::Sha512,
        HMAC_SM3 | HMAC_SM3_GMT => Prf::Sm3,
        oid => return Err(Error::UnsupportedScheme { part: "pseudo-random function", oid }),
    };
    if params.prf.is_some_and(|prf| prf.parameters.is_some_and(|parameters| !parameters.is_null())) {
        let reason = "its pseudo-random function has parameters";
        return Err(Error::Encoding { structure: ENCRYPTED, reason });
    }
    Ok((Kdf::pbkdf2(params.iterations, prf)?, params.salt.as_bytes(), params.key_length))
}

fn read_scrypt<'a>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<Derivation<'a>, Error> {
    let params: Scrypt<'a> = parameters(algorithm)?;
    let kdf = Kdf::scrypt(params.cost, params.block_size, params.parallelization)?;
    Ok((kdf, params.salt.as_bytes(), params.key_length))
}

fn parameters<'a, T>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<T, Error>
where
    T: Choice<'a> + DecodeValue<'a, Error = der::Error>,
{
    let missing = Error::Encoding { structure: ENCRYPTED, reason: "parameters are missing" };
    strict(ENCRYPTED, algorithm.parameters.ok_or(missing)?.decode_as())
}

/// The structure around a ciphertext, field for field as OpenSSL writes it.
fn write(
    scheme: &PasswordScheme,
    salt: &[u8],
    iv: &[u8; BLOCK],
    ciphertext: &[u8],
) -> der::Result<SecretDocument> {
    let salt = OctetStringRef::new(salt)?;
    let pbkdf2 = |iterations: u32, oid| {
        let prf = Some(AlgorithmIdentifierRef { oid, parameters: Some(Null.into()) });
        Pbkdf2 { salt, iterations: iterations.into(), key_length: None, prf }.to_der()
    };
    let (oid, kdf) = match scheme.kdf {
        PasswordKdf::Pbkdf2 { iterations } => (PBKDF2, pbkdf2(iterations, HMAC_SHA256)?),
        PasswordKdf::Pbkdf2Sm3 { iterations } => (PBKDF2, pbkdf2(iterations, HMAC_SM3)?),
        PasswordKdf::Scrypt { log_n, r, p } => {
            let (cost, block_size, parallelization) = (1 << log_n, r.into(), p.into());
            (SCRYPT, Scrypt { salt, cost, block_size, parallelization, key_length: None }.to_der()?)
        }
    };
    let kdf = AlgorithmIdentifierRef { oid, parameters: Some(AnyRef::from_der(&kdf)?) };
    let iv = Some(OctetStringRef::new(iv)?.into());
    let cipher = AlgorithmIdentifierRef { oid: scheme.cipher.oid(), parameters: iv };
    let pbes2 = Pbes2 { kdf, cipher }.to_der()?;
    let algorithm = AlgorithmIdentifierRef { oid: PBES2, parameters: Some(AnyRef::from_der(&pbes2)?) };
    SecretDocument::encode_msg(&Outer { algorithm, data: OctetStringRef::new(ciphertext)? })
}

impl SecretKey {
    /// The PKCS#8 private key encrypted under a password, in DER: PBES2 with PBKDF2-HMAC-SHA256 (`iterations`) and AES-256-CBC,
    /// as `openssl pkcs8 -topk8` writes it.
    ///
    /// # Errors
    /// [`Error::Rng`] if the generator fails, [`Error::KdfOutOfBounds`] for `iterations` outside 1..=2,000,000.
    pub fn to_encrypted_pkcs8_der<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        password: &[u8],
        iterations: u32,
    ) -> Result<Vec<u8>, Error> {
        let kdf = PasswordKdf::Pbkdf2 { iterations };
        self.to_encrypted_pkcs8_der_with(
            rng,
            password,
            &PasswordScheme { kdf, cipher: PasswordCipher::Aes256Cbc },
        )
    }

    /// The same in PEM (`BEGIN ENCRYPTED PRIVATE KEY`).
    ///
    /// # Errors
    /// Those of [`to_encrypted_pkcs8_der`](Self::to_encrypted_pkcs8_der).
    pub fn to_encrypted_pkcs8_pem<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        password: &[u8],
        iterations: u32,
    ) -> Result<String, Error> {
        let kdf = PasswordKdf::Pbkdf2 { iterations };
        self.to_encrypted_pkcs8_pem_with(
            rng,
            password,
            &PasswordScheme { kdf, cipher: PasswordCipher::Aes256Cbc },
        )
    }

    /// The PKCS#8 private key encrypted under a password in a scheme of the caller's choice, in DER.
    ///
    /// # Errors
    /// [`Error::Rng`] if the generator fails, [`Error::KdfOutOfBounds`] and [`Error::Encoding`] for a key derivation that would not be
    /// read again.
    pub fn to_encrypted_pkcs8_der_with<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        password: &[u8],
        scheme: &PasswordScheme,
    ) -> Result<Vec<u8>, Error> {
        Ok(self.encrypted_document(rng, password, scheme)?.as_bytes().to_vec())
    }

    /// The same in PEM (`BEGIN ENCRYPTED PRIVATE KEY`).
    ///
    /// # Errors
    /// Those of [`to_encrypted_pkcs8_der_with`](Self::to_encrypted_pkcs8_der_with).
    pub fn to_encrypted_pkcs8_pem_with<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        password: &[u8],
        scheme: &PasswordScheme,
    ) -> Result<String, Error> {
        let mut pem = pem::write(&self.encrypted_document(rng, password, scheme)?, ENCRYPTED_LABEL);
        Ok(std::mem::take(&mut *pem))
    }

    /// Reads an encrypted PKCS#8 private key in DER: PBES2 with PBKDF2 (HMAC with SHA-224 to SHA-512 or SM3) or scrypt, and AES or
    /// SM4 in CBC mode.
    ///
    /// It may take as long as the most that a file may ask for: 2,000,000 iterations of PBKDF2, or scrypt with N·r·p = 2²¹
    /// and 256 MiB, some seconds.
    ///
    /// # Errors
    /// [`Error::Password`] for a wrong password and a damaged ciphertext; [`Error::UnsupportedScheme`], which names what is not
    /// supported; [`Error::KdfOutOfBounds`] for more work than that; [`Error::Encoding`] for another structure; and those of
    /// [`from_private_key_der`](Self::from_private_key_der).
    pub fn from_encrypted_pkcs8_der(der: &[u8], password: &[u8]) -> Result<Self, Error> {
        let Recipe { kdf, salt, cipher, iv, ciphertext } = read(der)?;
        let key = kdf.derive(password, salt, cipher.key_bytes());
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let length = cipher.decrypt(&key, &iv, &mut buffer).ok_or(Error::Password)?;
        let plaintext = buffer.get(..length).ok_or(Error::Password)?;
        Self::from_pkcs8(&PrivateKeyInfoRef::from_der(plaintext).map_err(|_| Error::Password)?)
    }

    /// Reads an `ENCRYPTED PRIVATE KEY` PEM.
    ///
    /// # Errors
    /// Those of [`from_encrypted_pkcs8_der`](Self::from_encrypted_pkcs8_der), and [`Error::Encoding`] for another PEM label.
    pub fn from_encrypted_pkcs8_pem(text: &str, password: &[u8]) -> Result<Self, Error> {
        match pem::read(ENCRYPTED, text)? {
            (ENCRYPTED_LABEL, document) => Self::from_encrypted_pkcs8_der(document.as_bytes(), password),
            (label, _) => Err(encoding::wrong_label(ENCRYPTED, label)),
        }
    }

    fn encrypted_document<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        password: &[u8],
        scheme: &PasswordScheme,
    ) -> Result<SecretDocument, Error> {
        let kdf = Kdf::new(scheme.kdf)?;
        let (mut salt, mut iv) = ([0; SALT_BYTES], [0; BLOCK]);
        rng.try_fill_bytes(&mut salt).map_err(|_| Error::Rng)?;
        rng.try_fill_bytes(&mut iv).map_err(|_| Error::Rng)?;
        let key = kdf.derive(password, &salt, scheme.cipher.key_bytes());
        let ciphertext = scheme.cipher.encrypt(&key, &iv, self.pkcs8_document().as_bytes());
        Ok(write(scheme, &salt, &iv, &ciphertext).expect("DER, because a key's few fields always have one"))
    }
}
