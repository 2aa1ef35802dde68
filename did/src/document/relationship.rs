//! Verification relationships: DID Core §5.3.

use std::{fmt, str::FromStr};

use serde_json::Value;

use super::{MAX_RELATIONSHIP_ENTRIES, VerificationMethod, read::Fields};
use crate::{Did, DidUrl, Error};

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relationship {
    /// Proving to be the DID's subject, e.g. in a presentation.
    Authentication,
    /// Making statements, e.g. issuing a credential.
    AssertionMethod,
    /// Receiving encrypted messages.
    KeyAgreement,
    /// Using a capability, e.g. sending a ledger transaction.
    CapabilityInvocation,
    /// Handing a capability on.
    CapabilityDelegation,
}

impl Relationship {
    /// All five, in the order in which documents list them.
    pub const ALL: [Self; 5] = [
        Self::Authentication,
        Self::AssertionMethod,
        Self::KeyAgreement,
        Self::CapabilityInvocation,
        Self::CapabilityDelegation,
    ];

    /// The property name in a document, and the `proofPurpose` of a proof.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::AssertionMethod => "assertionMethod",
            Self::KeyAgreement => "keyAgreement",
            Self::CapabilityInvocation => "capabilityInvocation",
            Self::CapabilityDelegation => "capabilityDelegation",
        }
    }
}

impl fmt::Display for Relationship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Relationship {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or_else(|| {
            Error::document("verification relationship", format!("{text:?} is not one of the five"))
        })
    }
}

/// An entry of a verification relationship.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a document has few of them, and a box would stand in every match"
)]
pub enum MethodReference {
    /// A method by its id, here or in another document.
    Reference(DidUrl),
    /// A method that is usable for this relationship only.
    Embedded(VerificationMethod),
}

impl MethodReference {
    /// The id of the method.
    #[must_use]
    pub const fn id(&self) -> &DidUrl {
        match self {
            Self::Reference(id) => id,
            Self::Embedded(method) => method.id(),
        }
    }

    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Reference(id) => Value::from(id.as_str()),
            Self::Embedded(method) => method.to_value(),
        }
    }
}

/// The five relationships of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relationships([Vec<MethodReference>; 5]);

impl Relationships {
    /// The entries of one relationship.
    #[must_use]
    pub const fn of(&self, relationship: Relationship) -> &[MethodReference] {
        let [authentication, assertion, agreement, invocation, delegation] = &self.0;
        match relationship {
            Relationship::Authentication => authentication.as_slice(),
            Relationship::AssertionMethod => assertion.as_slice(),
            Relationship::KeyAgreement => agreement.as_slice(),
            Relationship::CapabilityInvocation => invocation.as_slice(),
            Relationship::CapabilityDelegation => delegation.as_slice(),
        }
    }

    pub(crate) const fn of_mut(&mut self, relationship: Relationship) -> &mut Vec<MethodReference> {
        let [authentication, assertion, agreement, invocation, delegation] = &mut self.0;
        match relationship {
            Relationship::Authentication => authentication,
            Relationship::AssertionMethod => assertion,
            Relationship::KeyAgreement => agreement,
            Relationship::CapabilityInvocation => invocation,
            Relationship::CapabilityDelegation => delegation,
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (Relationship, &[MethodReference])> {
        Relationship::ALL.into_iter().map(|relationship| (relationship, self.of(relationship)))
    }

    pub(crate) fn embedded(&self) -> impl Iterator<Item = &VerificationMethod> {
        self.0.iter().flatten().filter_map(|entry| match entry {
            MethodReference::Embedded(method) => Some(method),
            MethodReference::Reference(_) => None,
        })
    }

    /// Drops every entry for the method `id`.
    pub(crate) fn forget(&mut self, id: &DidUrl) {
        for entries in &mut self.0 {
            entries.retain(|entry| entry.id() != id);
        }
    }

    pub(crate) fn take_from(fields: &mut Fields, base: &Did) -> Result<Self, Error> {
        let mut found = Self::default();
        for relationship in Relationship::ALL {
            let at = fields.at(relationship.as_str());
            *found.of_mut(relationship) = fields
                .array(relationship.as_str(), MAX_RELATIONSHIP_ENTRIES)?
                .into_iter()
                .map(|item| match item {
                    Value::String(text) => {
                        Ok(MethodReference::Reference(DidUrl::parse_relative(base, &text)?))
                    }
                    Value::Object(_) => {
                        Ok(MethodReference::Embedded(VerificationMethod::from_value(base, item)?))
                    }
                    _ => Err(Error::document(&at, "an entry is neither a DID URL nor an object")),
                })
                .collect::<Result<_, _>>()?;
        }
        Ok(found)
    }
}
