//! Chance that can be repeated: a case is decided by the seed and its number alone, whatever ran before it.

use rand::{RngExt, SeedableRng};
use rand_xorshift::XorShiftRng;
use sha2::{Digest, Sha256};

/// The source of one case's choices.
#[derive(Debug, Clone)]
pub(super) struct Dice(XorShiftRng);

impl Dice {
    /// The dice of case `case` under `seed`.
    pub(super) fn new(seed: u64, case: usize) -> Self {
        let digest = Sha256::digest(format!("{seed}/{case}"));
        let mut start = [0; 16];
        start.copy_from_slice(&digest[..16]);
        Self(XorShiftRng::from_seed(start))
    }

    /// A number below `end`; 0 when there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.random_range(0..end) }
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True in `share` of 100 cases.
    pub(super) fn happens(&mut self, share: u32) -> bool {
        self.0.random_range(0..100) < share
    }

    /// One of several things, each as often as its weight says; `None` when there are none.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [(u32, T)]) -> Option<&'a T> {
        let total: u32 = from.iter().map(|(weight, _)| weight).sum();
        if total == 0 {
            return None;
        }
        let mut left = self.0.random_range(0..total);
        from.iter().find_map(|(weight, thing)| {
            if left < *weight {
                return Some(thing);
            }
            left -= weight;
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_case_is_the_same_whatever_ran_before_it() {
        let draw = |case| {
            let mut dice = Dice::new(7, case);
            (0..20).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn weights_are_kept_and_zero_never_comes() {
        let from = [(1, "rare"), (9, "often"), (0, "never")];
        let mut dice = Dice::new(1, 1);
        let drawn: Vec<&str> = (0..2000).filter_map(|_| dice.pick(&from).copied()).collect();
        let count = |name| drawn.iter().filter(|found| **found == name).count();
        assert_eq!(count("never"), 0);
        assert!((120..280).contains(&count("rare")), "{} of 2000", count("rare"));
    }
}
