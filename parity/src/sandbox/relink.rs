//! Repairs the whole paths in a copied git folder: of worktrees, and of whatever its configuration names
//! inside of the original. Relative ones stay true by themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::SandboxError;
use super::tree::{Tree, first_line};

/// Makes the git folder of `to`, copied from `from`, name `to` wherever it named `from`.
pub(super) fn relink(from: &Tree, to: &Tree) -> Result<(), SandboxError> {
    let git = to.checkout.join(".git");
    let mut texts =
        vec![git.join("config"), git.join("config.worktree"), git.join("objects/info/alternates")];
    for worktree in &to.worktrees {
        let admin = git.join("worktrees").join(&worktree.name);
        point(&admin.join("gitdir"), &worktree.path.join(".git"))?;
        point(&admin.join("commondir"), &git)?;
        texts.push(admin.join("config.worktree"));
    }
    for text in texts {
        repoint_file(&text, from, to)?;
    }
    Ok(())
}

/// Rewrites a file that holds one path, when that is a whole one.
fn point(file: &Path, at: &Path) -> Result<(), SandboxError> {
    if first_line(file)?.is_some_and(|line| line.starts_with('/')) {
        fs::write(file, format!("{}\n", at.display())).map_err(SandboxError::io("write", file))?;
    }
    Ok(())
}

/// Rewrites whole paths anywhere in a file; hooks that a configuration names by whole path would otherwise be
/// run from the original.
fn repoint_file(file: &Path, from: &Tree, to: &Tree) -> Result<(), SandboxError> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(SandboxError::io("read", file)(error)),
    };
    let moves: Vec<(PathBuf, PathBuf)> =
        from.folders().map(Path::to_owned).zip(to.folders().map(Path::to_owned)).collect();
    let repointed = repoint(&text, &moves);
    if repointed != text {
        fs::write(file, repointed).map_err(SandboxError::io("write", file))?;
    }
    Ok(())
}

/// Replaces every path of `moves` where it stands as a whole path or as the head of one, in one pass, so that
/// what was put in is not replaced again.
fn repoint(text: &str, moves: &[(PathBuf, PathBuf)]) -> String {
    let mut moves: Vec<(String, String)> =
        moves.iter().map(|(from, to)| (from.display().to_string(), to.display().to_string())).collect();
    moves.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let starts = !out.ends_with(|before: char| before.is_alphanumeric() || "/._-".contains(before));
        let hit =
            moves.iter().find(|(from, _)| starts && rest.strip_prefix(from.as_str()).is_some_and(ends_path));
        if let Some((from, to)) = hit {
            out.push_str(to);
            rest = &rest[from.len()..];
        } else {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

/// Whether a path that stands before `rest` ends there, as a whole or as a folder.
fn ends_path(rest: &str) -> bool {
    rest.chars().next().is_none_or(|next| next == '/' || next == '"' || next == ':' || next.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_paths_only() {
        let moves = [
            (PathBuf::from("/srv/q"), PathBuf::from("/copy/srv/q")),
            (PathBuf::from("/srv/q-ui"), PathBuf::from("/copy/srv/q-ui")),
        ];
        let text =
            "hooksPath = /srv/q/hooks\n\tworktree=/srv/q\nx = \"/srv/q-ui/a\"\ny = /srv/q-other /old/srv/q\n";
        assert_eq!(
            repoint(text, &moves),
            "hooksPath = /copy/srv/q/hooks\n\tworktree=/copy/srv/q\nx = \"/copy/srv/q-ui/a\"\n\
             y = /srv/q-other /old/srv/q\n"
        );
    }
}
