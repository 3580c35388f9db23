//! Roles: names that can be branches and directories, no two alike, a provider where one is needed.

use super::{expected_among, no_repeats};
use crate::config::reader::Reader;
use crate::config::schema::{Config, Owner};
use crate::model::diagnostic::Diagnostic;

pub(super) fn check(config: &Config, reader: &mut Reader<'_>) {
    if !reader.intact("roles") {
        return;
    }
    for (index, role) in config.roles.iter().enumerate() {
        if !is_name(&role.name) {
            let message = format!("{:?} cannot be the name of a role", role.name);
            let problem = Diagnostic::error("bad-role-name", message);
            let expected =
                "letters, digits, dots, dashes and underscores: a branch and a directory are named after it";
            reader.note(&format!("roles[{index}].name"), problem.expecting(expected));
        }
    }
    let names = config.roles.iter().enumerate();
    no_repeats(
        reader,
        names.map(|(index, role)| (format!("roles[{index}].name"), role.name.as_str())),
        |name, first| {
            let message = format!("the role {name:?} is there already, as `{first}`");
            Diagnostic::error("duplicate-role", message).expecting("one [[roles]] for each role")
        },
    );
    let branches: Vec<String> = config.roles.iter().map(|role| role.branch().into_owned()).collect();
    no_repeats(
        reader,
        branches
            .iter()
            .enumerate()
            .filter(|(index, _)| config.roles[*index].branch.is_some())
            .map(|(index, branch)| (format!("roles[{index}].branch"), branch.as_str())),
        |branch, first| {
            let message = format!("{branch:?} is the branch of another role too, as `{first}`");
            let expected = "a branch for each role: from a shared one, nobody can tell whose checkout it is";
            Diagnostic::warning("shared-branch", message).expecting(expected)
        },
    );
    check_providers(config, reader);
    check_other_names(config, reader);
}

/// A claim that writes the provider as the owner needs one.
fn check_providers(config: &Config, reader: &mut Reader<'_>) {
    if config.claims.owner != Owner::Provider {
        return;
    }
    for (index, role) in config.roles.iter().enumerate().filter(|(_, role)| role.provider.is_none()) {
        let message = format!("the role {:?} has no provider, and `claims.owner` is \"provider\"", role.name);
        let problem = Diagnostic::error("missing-provider", message);
        reader.note(&format!("roles[{index}]"), problem.expecting("provider = \"<who fills the role>\""));
    }
}

/// Another name of a role stands for one that is configured, and is no role's own.
fn check_other_names(config: &Config, reader: &mut Reader<'_>) {
    let roles: Vec<&str> = config.role_names().collect();
    for (theirs, ours) in config.import.role_names.iter() {
        let path = format!("import.role_names.{theirs}");
        if roles.contains(&theirs) {
            let problem = Diagnostic::error("own-role-name", format!("`{path}` renames a configured role"));
            reader.note(&path, problem.expecting("the name that the queue has for a role"));
        } else if !roles.contains(&ours) {
            let message = format!("`{path}` stands for {ours:?}, which is no configured role");
            let problem = Diagnostic::error("unknown-role", message);
            reader.note(&path, problem.expecting(expected_among(ours, &roles, "a [[roles]] of that name")));
        }
    }
}

/// Whether a name can be part of a branch, by the rules of `git check-ref-format`, and of a directory.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.chars().all(allowed)
        && name.chars().next().is_some_and(char::is_alphanumeric)
        && !name.ends_with('.')
        && !name.contains("..")
        && name.strip_suffix(".lock").is_none()
}
