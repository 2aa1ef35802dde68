//! Quorum and threshold: when a proposal has passed.
//!
//! Both are fractions of the weight of *all* members at the time the proposal was made, not of the votes cast:
//!
//! - quorum: at least this part of the weight takes part (yes, no or abstain);
//! - threshold: at least this part of the weight says yes.
//!
//! So a result, once reached, cannot be undone by the votes still missing, and a proposal is carried out in the very
//! transaction that decides it. The threshold is above one half: two contrary proposals never both pass.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Choice, Refusal};

/// A fraction from above 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraction {
    /// How many parts.
    pub numerator: u32,
    /// Of how many.
    pub denominator: u32,
}

impl Fraction {
    /// `numerator / denominator`. Checked where it is used, by [`Rules::check`].
    pub const fn new(numerator: u32, denominator: u32) -> Self {
        Self { numerator, denominator }
    }

    /// The smallest weight that is at least this part of `total`.
    pub fn of(self, total: u64) -> u64 {
        let product = u128::from(total) * u128::from(self.numerator);
        let needed = product.div_ceil(u128::from(self.denominator.max(1)));
        u64::try_from(needed).unwrap_or(u64::MAX)
    }

    /// Above 0 and at most 1.
    fn is_proper(self) -> bool {
        self.numerator > 0 && self.numerator <= self.denominator
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// When a proposal has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The part of all weight that must take part.
    pub quorum: Fraction,
    /// The part of all weight that must say yes.
    pub threshold: Fraction,
}

impl Default for Rules {
    /// Half of the weight takes part, two thirds of it say yes.
    fn default() -> Self {
        Self { quorum: Fraction::new(1, 2), threshold: Fraction::new(2, 3) }
    }
}

impl Rules {
    /// Checks that proposals can pass, and never two contrary ones.
    ///
    /// # Errors
    /// [`Refusal::Fraction`] names the fraction and the rule.
    pub fn check(self) -> Result<Self, Refusal> {
        for (what, fraction) in [("quorum", self.quorum), ("threshold", self.threshold)] {
            if !fraction.is_proper() {
                return Err(Refusal::Fraction { what, fraction, rule: "it must be above 0 and at most 1" });
            }
        }
        let fraction = self.threshold;
        if u64::from(fraction.numerator) * 2 <= u64::from(fraction.denominator) {
            let rule = "it must be above 1/2, or two contrary proposals could both pass";
            return Err(Refusal::Fraction { what: "threshold", fraction, rule });
        }
        Ok(self)
    }

    /// The weight that a proposal needs in any case, out of `total`.
    pub fn needed(self, total: u64) -> u64 {
        self.quorum.of(total).max(self.threshold.of(total))
    }
}

/// The weights of the votes cast on a proposal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Weight of those for it.
    pub yes: u64,
    /// Weight of those against it.
    pub no: u64,
    /// Weight of those who took part and took no side.
    pub abstain: u64,
}

/// What a tally says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Quorum and threshold are reached.
    Passed,
    /// The threshold cannot be reached any more.
    Rejected,
    /// More votes decide.
    Undecided,
}

impl Tally {
    /// Counts a vote.
    pub(super) fn add(&mut self, choice: Choice, weight: u64) {
        let side = match choice {
            Choice::Yes => &mut self.yes,
            Choice::No => &mut self.no,
            Choice::Abstain => &mut self.abstain,
        };
        *side = side.saturating_add(weight);
    }

    /// What the votes cast say, of a total weight of all members.
    pub fn outcome(self, rules: Rules, total: u64) -> Outcome {
        let against = self.no.saturating_add(self.abstain);
        let threshold = rules.threshold.of(total);
        if self.yes >= threshold && self.yes.saturating_add(against) >= rules.quorum.of(total) {
            Outcome::Passed
        } else if total.saturating_sub(against) < threshold {
            Outcome::Rejected
        } else {
            Outcome::Undecided
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn rules(quorum: (u32, u32), threshold: (u32, u32)) -> Rules {
        Rules {
            quorum: Fraction::new(quorum.0, quorum.1),
            threshold: Fraction::new(threshold.0, threshold.1),
        }
    }

    #[test]
    fn two_thirds_of_three_is_two_and_of_four_is_three() {
        let two_thirds = Fraction::new(2, 3);
        assert_eq!([1, 2, 3, 4, 6, 7].map(|total| two_thirds.of(total)), [1, 2, 2, 3, 4, 5]);
        assert_eq!(Fraction::new(u32::MAX, u32::MAX).of(u64::MAX), u64::MAX);
    }

    #[test]
    fn a_fraction_that_is_none_is_refused_by_name() {
        for (bad, what) in [
            (rules((0, 1), (2, 3)), "quorum"),
            (rules((1, 0), (2, 3)), "quorum"),
            (rules((3, 2), (2, 3)), "quorum"),
            (rules((1, 2), (0, 0)), "threshold"),
            (rules((1, 2), (4, 3)), "threshold"),
            (rules((1, 2), (1, 2)), "threshold"),
            (rules((1, 2), (1, 3)), "threshold"),
        ] {
            let Err(Refusal::Fraction { what: named, .. }) = bad.check() else {
                panic!("{bad:?} is accepted")
            };
            assert_eq!(named, what);
        }
        assert!(rules((1, 1), (1, 1)).check().is_ok() && rules((1, 100), (51, 100)).check().is_ok());
    }

    #[test]
    fn quorum_counts_abstentions_and_threshold_does_not() {
        let rules = rules((3, 4), (51, 100));
        let tally = |yes, no, abstain| Tally { yes, no, abstain }.outcome(rules, 100);
        assert_eq!(tally(60, 0, 0), Outcome::Undecided, "enough yes, but too few took part");
        assert_eq!(tally(60, 0, 15), Outcome::Passed);
        assert_eq!(tally(50, 0, 49), Outcome::Undecided, "the last vote decides");
        assert_eq!(tally(50, 0, 50), Outcome::Rejected);
        assert_eq!(tally(0, 49, 0), Outcome::Undecided);
        assert_eq!(tally(0, 50, 0), Outcome::Rejected);
    }
}
