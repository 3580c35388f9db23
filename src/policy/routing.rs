//! Which reviewers changed paths need, and who stands in where a role would have to review itself.

use super::{Reason, Refusal};

/// What a route of a reviewer named by hand has instead of a path.
pub const NO_PATH: &str = "-";
/// What it has instead of a rule.
pub const BY_HAND: &str = "manual";

/// A reviewer, the path that asks for them, and the rule that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Who has to look.
    pub reviewer: String,
    /// At what.
    pub path: String,
    /// Because of which rule.
    pub rule: String,
    /// The rule's place in the configuration, from 1; none for a reviewer named by hand.
    pub place: Option<usize>,
}

/// What came of a routing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    /// Every match, in the order of the rules, then of the paths; a reviewer named by hand comes last.
    pub matches: Vec<Route>,
    /// The routes that hold: the matches without those of the role itself where somebody stands in.
    pub routes: Vec<Route>,
}

impl Routing {
    /// Who has to review, each once, in the order of the routes.
    pub fn reviewers(&self) -> Vec<String> {
        let mut reviewers: Vec<String> = Vec::new();
        for route in &self.routes {
            if !reviewers.contains(&route.reviewer) {
                reviewers.push(route.reviewer.clone());
            }
        }
        reviewers
    }
}

/// Decides on the routes. `own` is the role of the task that is routed, `by_hand` a reviewer that was named.
///
/// A reviewer named by hand is the only one when no rule matches, stands in for the task's own role when a rule
/// selects that, and is not needed otherwise.
///
/// # Errors
/// A refusal of class `not-found` when nothing selects a reviewer.
pub fn decide(
    matches: Vec<Route>,
    paths: usize,
    own: Option<&str>,
    by_hand: Option<&str>,
) -> Result<Routing, Refusal> {
    let manual = by_hand.map(|reviewer| Route {
        reviewer: reviewer.to_owned(),
        path: NO_PATH.to_owned(),
        rule: BY_HAND.to_owned(),
        place: None,
    });
    if matches.is_empty() {
        let Some(manual) = manual else {
            let message = format!("no review route matches any of {paths} path(s)");
            return Err(Refusal::new(Reason::NotFound, message)
                .hint("name one with --reviewer, or see `[[review_routes]]` in .fairway/config.toml"));
        };
        return Ok(Routing { matches: vec![manual.clone()], routes: vec![manual] });
    }
    let is_own = |route: &Route| own == Some(route.reviewer.as_str());
    match manual {
        Some(manual) if matches.iter().any(is_own) => {
            let mut routes: Vec<Route> = matches.iter().filter(|route| !is_own(route)).cloned().collect();
            routes.push(manual.clone());
            let matches = matches.into_iter().chain([manual]).collect();
            Ok(Routing { matches, routes })
        }
        _ => Ok(Routing { routes: matches.clone(), matches }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(reviewer: &str, path: &str) -> Route {
        Route { reviewer: reviewer.to_owned(), path: path.to_owned(), rule: "r".to_owned(), place: Some(1) }
    }

    fn decided(matches: &[Route], own: Option<&str>, by_hand: Option<&str>) -> (usize, Vec<String>) {
        let routing = decide(matches.to_vec(), 2, own, by_hand).unwrap();
        (routing.matches.len(), routing.reviewers())
    }

    #[test]
    fn a_reviewer_by_hand_stands_in_and_is_otherwise_not_needed() {
        let both = [route("ops", "a"), route("web", "b"), route("ops", "c")];
        assert_eq!(decided(&both, None, None), (3, vec!["ops".to_owned(), "web".to_owned()]));
        assert_eq!(decided(&both, Some("api"), Some("arch")), (3, vec!["ops".to_owned(), "web".to_owned()]));
        assert_eq!(decided(&both, Some("ops"), Some("arch")), (4, vec!["web".to_owned(), "arch".to_owned()]));
        assert_eq!(decided(&both, Some("ops"), None).1, ["ops", "web"], "routed to itself");
        assert_eq!(decided(&[], Some("ops"), Some("arch")), (1, vec!["arch".to_owned()]));
        assert_eq!(decide(vec![], 2, None, None).unwrap_err().reason, Reason::NotFound);
    }
}
