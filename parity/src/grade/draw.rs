//! Draws without replacement: the same seed draws the same, on every machine.

use sha2::{Digest, Sha256};

/// The numbers below `count` in an order that depends on the seed alone.
pub fn order(count: usize, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        let digest = Sha256::digest(format!("{seed} {last}"));
        let drawn = digest.iter().take(8).fold(0_u64, |drawn, byte| drawn << 8 | u64::from(*byte));
        let places = u64::try_from(last).unwrap_or(u64::MAX - 1) + 1;
        all.swap(last, usize::try_from(drawn % places).unwrap_or(last));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn a_seed_draws_everything_once_and_always_alike() {
        let mut drawn = order(100, 7);
        assert_eq!(drawn, order(100, 7));
        assert_ne!(drawn, order(100, 8));
        drawn.sort_unstable();
        assert_eq!(drawn, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn every_place_comes_first_about_as_often() {
        let mut first = [0; 5];
        for seed in 0..1000 {
            first[order(5, seed)[0]] += 1;
        }
        assert!(first.iter().all(|count| (150..250).contains(count)), "{first:?}");
    }
}
