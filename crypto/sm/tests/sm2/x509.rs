//! The traits by which other crates take keys and signatures: certificates and requests of `x509-cert`, which OpenSSL verifies.

use crate::common::fresh_rng;
use crate::encodings::openssl;
use der::EncodePem;
use der::pem::LineEnding;
use hufu_sm::sm2::spki::{DynSignatureAlgorithmIdentifier, EncodePublicKey, SubjectPublicKeyInfo};
use hufu_sm::sm2::traits::Keypair;
use hufu_sm::sm2::{DistId, PublicKey, SecretKey, Signature, SigningKey};
use std::str::FromStr;
use std::time::Duration;
use subtle::ConstantTimeEq;
use x509_cert::builder::{Builder, CertificateBuilder, profile};
use x509_cert::name::Name;
use x509_cert::request::RequestBuilder;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Validity;

/// What OpenSSL 3.0 has to be told, for it knows no default.
const ID: &str = "distid:1234567812345678";

#[test]
fn openssl_verifies_certificates_and_requests_of_x509_cert() {
    fn bound<S>(_: &S)
    where
        S: Keypair + DynSignatureAlgorithmIdentifier,
        S::VerifyingKey: EncodePublicKey,
    {
    }
    let mut rng = fresh_rng("x509-cert");
    let (authority, holder) =
        (SigningKey::generate(&mut rng).unwrap(), SigningKey::generate(&mut rng).unwrap());
    bound(&authority);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |name: &str, pem: String| std::fs::write(folder.join(name), pem).unwrap();
    let name = |text: &str| Name::from_str(text).unwrap();
    let validity = || Validity::from_now(Duration::from_secs(3600)).unwrap();
    let info = |key: &SigningKey| SubjectPublicKeyInfo::from_key(key.verifying_key()).unwrap();

    let root = profile::cabf::Root::new(false, name("CN=Authority,O=Test,C=CN")).unwrap();
    let root = CertificateBuilder::new(root, SerialNumber::from(1u32), validity(), info(&authority))
        .unwrap()
        .build::<_, Signature>(&authority)
        .unwrap();
    let issuer = root.tbs_certificate().subject().clone();
    write("ca.pem", root.to_pem(LineEnding::LF).unwrap());

    let leaf = profile::cabf::tls::Subscriber {
        certificate_type: profile::cabf::tls::CertificateType::domain_validated(
            name("CN=holder.example"),
            vec![x509_cert::ext::pkix::name::GeneralName::DnsName(
                der::asn1::Ia5String::new("holder.example").unwrap(),
            )],
        )
        .unwrap(),
        issuer,
        client_auth: false,
    };
    let leaf = CertificateBuilder::new(leaf, SerialNumber::from(2u32), validity(), info(&holder))
        .unwrap()
        .build_with_rng::<_, Signature, _>(&authority, &mut rng)
        .unwrap();
    write("leaf.pem", leaf.to_pem(LineEnding::LF).unwrap());

    let request =
        RequestBuilder::new(name("CN=holder.example")).unwrap().build::<_, Signature>(&holder).unwrap();
    write("request.pem", request.to_pem(LineEnding::LF).unwrap());

    let verify = format!("verify -vfyopt {ID} -CAfile ca.pem ca.pem leaf.pem");
    let Some(verified) = openssl(folder, &verify) else { return };
    assert!(verified, "a certificate of SM2 with SM3");
    assert_eq!(openssl(folder, &format!("req -in request.pem -verify -noout -vfyopt {ID}")), Some(true));
    assert_eq!(
        openssl(folder, "verify -vfyopt distid:another -CAfile ca.pem leaf.pem"),
        Some(false),
        "the identifier is a part of what is signed"
    );
}

#[test]
fn keys_and_signatures_have_the_traits_of_rustcrypto() {
    let key = SigningKey::new(SecretKey::from_bytes(&[3; 32]).unwrap(), DistId::default());
    let other = SigningKey::new(key.secret_key().clone(), DistId::new("another").unwrap());
    assert_eq!(key.clone(), key);
    assert!(bool::from(key.ct_eq(&key)) && !bool::from(key.ct_eq(&other)) && key != other);
    let four = SecretKey::from_bytes(&[4; 32]).unwrap();
    assert!(
        bool::from(key.secret_key().ct_eq(key.secret_key())) && !bool::from(four.ct_eq(key.secret_key()))
    );

    let public = key.secret_key().public_key();
    assert_eq!(public.to_string().parse::<PublicKey>().unwrap(), *public);
    assert_eq!(PublicKey::from(key.verifying_key()), *public);
    assert_eq!(key.secret_key().to_private_key_pem().parse::<SecretKey>().unwrap(), *key.secret_key());
    assert_eq!([*four.public_key(), *public].into_iter().collect::<std::collections::HashSet<_>>().len(), 2);
    assert_ne!(four.public_key().cmp(public), std::cmp::Ordering::Equal);

    let bytes = <[u8; 64]>::from(&signature::Signer::sign(&key, b"m"));
    assert_eq!(Signature::try_from(bytes).unwrap(), Signature::try_from(&bytes).unwrap());
    assert!(Signature::try_from([0; 64]).is_err());
}

/// The traits' methods on the types, with the traits' signatures: none of the types' own is in the way.
#[test]
#[allow(clippy::panic_in_result_fn, reason = "the question mark is a part of the calls that are tried")]
fn the_methods_of_pkcs8_are_those_of_the_traits() -> Result<(), pkcs8::Error> {
    use pkcs8::{DecodePrivateKey, EncodePrivateKey};
    let key = SecretKey::from_bytes(&[3; 32]).unwrap();
    let pem = key.to_pkcs8_pem(LineEnding::LF)?;
    assert_eq!(SecretKey::from_pkcs8_pem(&pem)?, key);
    assert_eq!(SecretKey::from_pkcs8_der(key.to_pkcs8_der()?.as_bytes())?, key);
    assert_eq!(*pem, *key.to_private_key_pem());
    Ok(())
}
