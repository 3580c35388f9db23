//! The runs of a scenario: which there are, and in which order they are played.

use sha2::{Digest, Sha256};

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Reference,
    Candidate,
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Candidate => "candidate",
        }
    }
}

/// One run of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) role: Role,
    /// From 1.
    pub(super) attempt: usize,
}

impl Turn {
    /// Such as `reference-1`.
    pub(super) fn name(self) -> String {
        format!("{}-{}", self.role.name(), self.attempt)
    }
}

/// Both sides, `rounds` times each, in an order that depends on nothing but the seed and the scenario: one scenario
/// alone is played as it was among all.
pub(super) fn shuffled(seed: u64, scenario: &str, rounds: usize) -> Vec<Turn> {
    let turn = |attempt| [Role::Reference, Role::Candidate].map(|role| Turn { role, attempt });
    let mut turns: Vec<Turn> = (1..=rounds).flat_map(turn).collect();
    for last in (1..turns.len()).rev() {
        let digest = Sha256::digest(format!("{seed} {last} {scenario}"));
        let drawn = digest.iter().take(8).fold(0_u64, |drawn, byte| drawn << 8 | u64::from(*byte));
        let places = u64::try_from(last).unwrap_or(u64::MAX - 1) + 1;
        turns.swap(last, usize::try_from(drawn % places).unwrap_or(last));
    }
    turns
}

/// A seed for a run whose caller named none: drawn from the run's name, and short enough to be typed again.
pub fn seed_of(run_id: &str) -> u64 {
    Sha256::digest(run_id).iter().take(4).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_seed_decides_on_the_order_and_on_nothing_else() {
        let names = |seed| shuffled(seed, "claim/held", 2).into_iter().map(Turn::name).collect::<Vec<_>>();
        assert_eq!(names(7), names(7));
        let mut sorted = names(7);
        sorted.sort();
        assert_eq!(sorted, ["candidate-1", "candidate-2", "reference-1", "reference-2"]);
        let orders: BTreeSet<_> = (0..500).map(names).collect();
        assert_eq!(orders.len(), 24, "every order of four runs comes up");
        let of = |scenario: &str| shuffled(7, scenario, 2);
        assert!((0..20).any(|n| of(&format!("claim/{n}")) != of("claim/held")), "scenarios differ");
    }

    #[test]
    fn one_round_is_one_run_of_each_side() {
        let firsts: BTreeSet<_> = (0..20).map(|seed| shuffled(seed, "a/b", 1)[0].name()).collect();
        assert_eq!(firsts.into_iter().collect::<Vec<_>>(), ["candidate-1", "reference-1"]);
    }
}
