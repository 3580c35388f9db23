//! What a misspelt name may have been meant to be.

/// "did you mean", or the allowed names when nothing is near.
pub(crate) fn suggest(found: &str, allowed: &[&str]) -> String {
    let near = allowed
        .iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), *name))
        .filter(|(distance, name)| *distance <= (name.len().max(found.len()) / 3).max(1))
        .min();
    let mut sorted: Vec<&str> = allowed.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    match near {
        Some((_, name)) => format!("did you mean `{name}`? expected one of: {}", sorted.join(", ")),
        None => format!("expected one of: {}", sorted.join(", ")),
    }
}
