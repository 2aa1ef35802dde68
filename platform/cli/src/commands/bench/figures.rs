//! From single durations to the few figures that are printed.

use std::time::Duration;

use serde_json::{Value, json};

/// Durations of one operation, ascending, in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Samples(Vec<u64>);

impl Samples {
    pub(super) fn new(mut nanos: Vec<u64>) -> Self {
        nanos.sort_unstable();
        Self(nanos)
    }

    pub(super) fn into_nanos(self) -> Vec<u64> {
        self.0
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The smallest duration that at least `permille` of 1,000 do not exceed (nearest rank); zero without any.
    pub(super) fn at(&self, permille: usize) -> Duration {
        let rank = (self.0.len() * permille).div_ceil(1_000).clamp(1, self.0.len().max(1));
        Duration::from_nanos(self.0.get(rank - 1).copied().unwrap_or(0))
    }

    pub(super) fn p50(&self) -> Duration {
        self.at(500)
    }

    pub(super) fn p99(&self) -> Duration {
        self.at(990)
    }

    pub(super) fn max(&self) -> Duration {
        self.at(1_000)
    }

    /// The median in nanoseconds, for ratios.
    pub(super) fn median_nanos(&self) -> f64 {
        self.p50().as_secs_f64() * 1e9
    }

    /// How often one core does it in a second, if it does nothing else.
    pub(super) fn per_second(&self) -> f64 {
        let total = Duration::from_nanos(self.0.iter().sum());
        rate(self.0.len() as u64, total)
    }

    /// The three durations, in microseconds.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "count": self.len(),
            "p50Micros": micros(self.p50()),
            "p99Micros": micros(self.p99()),
            "maxMicros": micros(self.max()),
        })
    }
}

/// How many in a second.
pub(super) fn rate(count: u64, elapsed: Duration) -> f64 {
    if elapsed.is_zero() { 0.0 } else { count as f64 / elapsed.as_secs_f64() }
}

/// Microseconds with a tenth.
pub(super) fn micros(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1e6)
}

/// With one digit behind the point: more would be noise.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The middle of some values, the lower one of an even number; `None` without any.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}

/// A duration for a table: microseconds below a millisecond, milliseconds above.
pub(super) fn words(duration: Duration) -> String {
    let micros = duration.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.1} µs") } else { format!("{:.2} ms", micros / 1_000.0) }
}

/// A whole number with commas.
pub(super) fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(samples: &Samples, permille: usize) -> u64 {
        u64::try_from(samples.at(permille).as_nanos()).expect("small")
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let hundred = Samples::new((1..=100).rev().collect());
        for (permille, expected) in
            [(0, 1), (1, 1), (500, 50), (501, 51), (990, 99), (991, 100), (999, 100), (1_000, 100)]
        {
            assert_eq!(nanos(&hundred, permille), expected, "{permille} of 1,000");
        }
        let three = Samples::new(vec![30, 10, 20]);
        assert_eq!((nanos(&three, 500), nanos(&three, 990), nanos(&three, 1_000)), (20, 30, 30));
        let one = Samples::new(vec![7]);
        assert_eq!((nanos(&one, 0), nanos(&one, 500), nanos(&one, 990)), (7, 7, 7));
    }

    #[test]
    fn nothing_measured_is_zero_and_no_panic() {
        let none = Samples::default();
        assert_eq!((none.p50(), none.p99(), none.max()), (Duration::ZERO, Duration::ZERO, Duration::ZERO));
        assert_eq!(none.per_second(), 0.0);
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn one_slow_sample_in_a_hundred_is_beyond_p99_and_two_are_not() {
        let slow = |slow: usize| {
            let durations = (0..100).map(|n| if n < slow { 1_000_000 } else { 1_000 });
            Samples::new(durations.collect())
        };
        assert_eq!(slow(1).p99(), Duration::from_micros(1));
        assert_eq!(slow(2).p99(), Duration::from_millis(1));
    }

    #[test]
    fn rates_and_medians() {
        assert_eq!(Samples::new(vec![250_000; 8]).per_second(), 4_000.0);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.0));
    }

    #[test]
    fn numbers_are_written_for_people() {
        for (value, text) in
            [(7.0, "7"), (1_000.0, "1,000"), (123_456.4, "123,456"), (12_345_678.0, "12,345,678")]
        {
            assert_eq!(grouped(value), text);
        }
        assert_eq!(words(Duration::from_nanos(61_730)), "61.7 µs");
        assert_eq!(words(Duration::from_micros(4_321)), "4.32 ms");
    }
}
