//! Review routes: reviewers that exist, and no route twice.

use super::expected_among;
use crate::config::reader::Reader;
use crate::config::schema::Config;
use crate::model::diagnostic::Diagnostic;

pub(super) fn check(config: &Config, roles_were_read: bool, reader: &mut Reader<'_>) {
    if !reader.intact("review_routes") {
        return;
    }
    let roles: Vec<&str> = config.role_names().collect();
    for (index, route) in config.review_routes.iter().enumerate() {
        let path = format!("review_routes[{index}].reviewer");
        if roles_were_read && !roles.contains(&route.reviewer.as_str()) {
            let message = format!("the reviewer {:?} is not a configured role", route.reviewer);
            let problem = Diagnostic::error("unknown-role", message);
            let expected = expected_among(&route.reviewer, &roles, "a [[roles]] of that name");
            reader.note(&path, problem.expecting(expected));
        }
        for (at, glob) in route.r#match.as_slice().iter().enumerate() {
            let earlier = config.review_routes[..index].iter().position(|other| {
                other.reviewer == route.reviewer && other.r#match.as_slice().contains(glob)
            });
            if let Some(first) = earlier {
                let message =
                    format!("`review_routes[{first}]` sends {glob:?} to {:?} already", route.reviewer);
                let problem = Diagnostic::warning("shadowed-route", message);
                reader.note(
                    &format!("review_routes[{index}].match[{at}]"),
                    problem.expecting("one route for it"),
                );
            }
        }
    }
}
