//! How one of a ring, or a member of a group, asks a platform for something without an API key, which would name its holder.
//!
//! `Authorization: Hufu-Unnamed <base64url of {"of", "timeMs", "nonce", "signature"}>`. What is signed are the network's genesis, the
//! ring or group, the whole URL, the time and the nonce; the scope is made of the same but the URL, so that the tag is another for each
//! request, and the same when one is sent again.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_group::{Epoch, Group, Member};
use hufu_keys::Domain;
use hufu_light::{
    Hash, TrustAnchor,
    forms::{base64url, hex_array},
};
use hufu_ring::{Ring, SigningKey};
use serde::{Deserialize, Serialize};

use crate::Error;

/// The scheme of the header.
pub const UNNAMED_SCHEME: &str = "Hufu-Unnamed";

/// Longest value of the header, in characters: a ring of 1,024 signs with 801 bytes.
const MAX_HEADER: usize = 4_096;

/// A request that is about to be signed, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnnamedRequest<'a> {
    /// The network.
    pub anchor: &'a TrustAnchor,
    /// `ring:<list>/<version>` or `group:<name>`.
    pub of: &'a str,
    /// The URL with path and query; the method is GET.
    pub url: &'a str,
    /// When, in milliseconds since 1970.
    pub time_ms: u64,
    /// Random: another one for each request.
    pub nonce: [u8; 16],
}

/// The value of the header behind the scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct UnnamedAuthorization {
    /// Of what.
    pub of: String,
    /// When.
    pub time_ms: u64,
    /// Random.
    #[serde(with = "hex_array")]
    pub nonce: [u8; 16],
    #[serde(with = "base64url")]
    signature: Vec<u8>,
}

fn malformed(reason: impl std::fmt::Display) -> Error {
    Error::Malformed { what: "unnamed authorization", reason: reason.to_string() }
}

impl UnnamedRequest<'_> {
    fn message(&self) -> Vec<u8> {
        let parts = [
            self.anchor.genesis_hash.as_bytes().as_slice(),
            self.of.as_bytes(),
            self.url.as_bytes(),
            &self.time_ms.to_be_bytes(),
            &self.nonce,
        ];
        Domain::ApiRequest.frame(&parts)
    }

    fn scope(&self) -> Hash {
        let parts = [
            self.anchor.genesis_hash.as_bytes().as_slice(),
            self.of.as_bytes(),
            &self.time_ms.to_be_bytes(),
            &self.nonce,
        ];
        Hash::framed(Domain::ApiRequestScope, &parts)
    }

    fn header(&self, signature: Vec<u8>) -> String {
        let authorization = UnnamedAuthorization {
            of: self.of.to_owned(),
            time_ms: self.time_ms,
            nonce: self.nonce,
            signature,
        };
        let json = serde_json::to_vec(&authorization)
            .expect("an authorization serialises because it has only strings and numbers");
        format!("{UNNAMED_SCHEME} {}", URL_SAFE_NO_PAD.encode(json))
    }

    /// The header, signed by one of the ring.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the key is not of a member.
    pub fn sign_by_ring(
        &self,
        ring: &Ring,
        key: &SigningKey,
        rng: &mut impl rand_core::CryptoRng,
    ) -> Result<String, Error> {
        let scope = hufu_ring::Scope::new(self.scope().as_bytes()).map_err(malformed)?;
        let signature = key.sign(ring, &scope, &self.message(), rng).map_err(malformed)?;
        Ok(self.header(signature.to_bytes()))
    }

    /// The header, signed by a member of the group.
    ///
    /// # Errors
    /// [`Error::Malformed`] with negligible probability.
    pub fn sign_by_group(
        &self,
        member: &Member,
        rng: &mut impl rand_core::CryptoRng,
    ) -> Result<String, Error> {
        let scope = hufu_group::Scope::new(self.scope().as_bytes()).map_err(malformed)?;
        let signature = member.sign(Some(&scope), &self.message(), rng).map_err(malformed)?;
        Ok(self.header(signature.to_bytes()))
    }
}

impl UnnamedAuthorization {
    /// Reads the value of the header behind the scheme.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_HEADER {
            return Err(malformed(format_args!("it has more than {MAX_HEADER} characters")));
        }
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed("it is not base64url"))?;
        serde_json::from_slice(&json).map_err(malformed)
    }

    fn request<'a>(&'a self, anchor: &'a TrustAnchor, url: &'a str) -> UnnamedRequest<'a> {
        UnnamedRequest { anchor, of: &self.of, url, time_ms: self.time_ms, nonce: self.nonce }
    }

    /// Checks that one of this ring signed a request for this URL, and tells the tag of the request.
    ///
    /// # Errors
    /// [`Error::Malformed`], also for a signature that does not hold.
    pub fn verify_by_ring(&self, anchor: &TrustAnchor, url: &str, ring: &Ring) -> Result<Vec<u8>, Error> {
        let request = self.request(anchor, url);
        let scope = hufu_ring::Scope::new(request.scope().as_bytes()).map_err(malformed)?;
        let signature = hufu_ring::Signature::from_bytes(&self.signature).map_err(malformed)?;
        let tag = signature.verify(ring, &scope, &request.message()).map_err(malformed)?;
        Ok(tag.to_bytes().to_vec())
    }

    /// The epoch in which a member of a group signed.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is no group signature.
    pub fn epoch(&self) -> Result<u64, Error> {
        let signature: hufu_group::Signature =
            hufu_group::Signature::from_bytes(&self.signature).map_err(malformed)?;
        Ok(signature.epoch())
    }

    /// Checks that a member of this group signed a request for this URL, and tells the tag of the request.
    ///
    /// # Errors
    /// [`Error::Malformed`], also for a signature that does not hold or is of another epoch.
    pub fn verify_by_group(
        &self,
        anchor: &TrustAnchor,
        url: &str,
        group: &Group,
        epoch: &Epoch,
    ) -> Result<Vec<u8>, Error> {
        let request = self.request(anchor, url);
        let scope = hufu_group::Scope::new(request.scope().as_bytes()).map_err(malformed)?;
        let signature = hufu_group::Signature::from_bytes(&self.signature).map_err(malformed)?;
        let verified = signature.verify(group, epoch, Some(&scope), &request.message()).map_err(malformed)?;
        let tag = verified.tag().ok_or_else(|| malformed("the signature has no tag"))?;
        Ok(tag.to_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn a_request_is_bound_to_all_that_it_says() {
        let mut rng = ChaCha20Rng::from_seed([8; 32]);
        let keys: Vec<_> = (0..3).map(|_| SigningKey::generate(&mut rng)).collect();
        let ring = Ring::new(keys.iter().map(SigningKey::verifying_key).collect()).unwrap();
        let anchor = TrustAnchor { network: "dev".parse().unwrap(), genesis_hash: Hash::from_bytes([1; 32]) };
        let request = UnnamedRequest {
            anchor: &anchor,
            of: "ring:members/3",
            url: "https://hufu.example/v1/groups?limit=1",
            time_ms: 5,
            nonce: [6; 16],
        };
        let header = request.sign_by_ring(&ring, &keys[1], &mut rng).unwrap();
        let value = header.strip_prefix("Hufu-Unnamed ").unwrap();
        let read = UnnamedAuthorization::parse(value).unwrap();
        let tag = read.verify_by_ring(&anchor, request.url, &ring).unwrap();
        assert_eq!(tag, read.verify_by_ring(&anchor, request.url, &ring).unwrap(), "sent again");
        let next = UnnamedRequest { nonce: [7; 16], ..request.clone() };
        let next = next.sign_by_ring(&ring, &keys[1], &mut rng).unwrap();
        let next = UnnamedAuthorization::parse(next.strip_prefix("Hufu-Unnamed ").unwrap()).unwrap();
        assert_ne!(
            tag,
            next.verify_by_ring(&anchor, request.url, &ring).unwrap(),
            "two requests do not link"
        );

        assert!(read.verify_by_ring(&anchor, "https://other.example/v1/groups?limit=1", &ring).is_err());
        let elsewhere = TrustAnchor { genesis_hash: Hash::ZERO, ..anchor.clone() };
        assert!(read.verify_by_ring(&elsewhere, request.url, &ring).is_err());
        for changed in [
            UnnamedAuthorization { time_ms: 6, ..read.clone() },
            UnnamedAuthorization { nonce: [7; 16], ..read.clone() },
            UnnamedAuthorization { of: "ring:members/4".into(), ..read.clone() },
        ] {
            assert!(changed.verify_by_ring(&anchor, request.url, &ring).is_err(), "{changed:?}");
        }
        for bad in ["", "!", "e30", &"A".repeat(MAX_HEADER + 1)] {
            assert!(UnnamedAuthorization::parse(bad).is_err(), "{bad:.10}");
        }
    }
}
