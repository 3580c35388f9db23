//! What a sandbox shows beside the queue's own rows: the files of its checkouts, and git.
//!
//! Changes have the form of those of the queue state, and are compared as they are. A survey is taken after every
//! step, so it has to be cheap: a file is read again only when the file system says that it was touched, git's
//! layout is read from its files, and an index only when it moved.

mod files;
mod git;
mod layers;
mod staged;

use std::path::{Component, Path};

use globset::GlobSet;

use super::{Sandbox, SandboxError};
use crate::observation::{Delta, QueueState};

use files::Files;
pub(crate) use files::Stamp;
use layers::Layers;
use staged::Staged;

/// What a survey leaves out, for both sides alike. Paths are relative to a checkout.
#[derive(Debug, Clone, Default)]
pub struct Aside {
    /// Files and folders that one side has for itself.
    pub private: Vec<String>,
    /// Documents, of which only path, type and mode count.
    pub documents: GlobSet,
}

impl Aside {
    /// Whether a path in a checkout is none of the survey's business.
    fn leaves_out(&self, inside: &str) -> bool {
        inside == ".git" || self.private.iter().any(|private| private == inside)
    }

    /// Whether a path in a checkout is that of a document.
    fn is_document(&self, inside: &str) -> bool {
        self.documents.is_match(inside)
    }
}

/// What changed in a sandbox from one survey to the next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// In the checkout and its worktrees, but for git's own files and what is private: one section without a
    /// name, by path.
    pub files: Delta,
    /// `refs`, `worktrees` with what each has checked out, and `staged`, what an index holds that the commit
    /// below it does not.
    pub git: Delta,
}

/// Looks at a sandbox, and remembers what it saw.
#[derive(Debug, Default)]
pub struct Surveyor {
    files: Files,
    layers: Layers,
    git: QueueState,
    staged: Staged,
}

impl Surveyor {
    /// Takes a file for a document from now on: its content was read as an answer, and is compared as that.
    pub fn document(&mut self, path: &Path) {
        self.files.document(path);
        self.layers.document(path);
    }

    /// What changed since the last look. At the first, everything is new, or in a sandbox that is laid over the
    /// base, what is not as it is there.
    ///
    /// # Errors
    /// A file or a repository cannot be read.
    pub fn look(&mut self, sandbox: &Sandbox, aside: &Aside) -> Result<Survey, SandboxError> {
        let names = Names { ground: sandbox.ground(), checkout: sandbox.checkout() };
        let files = match sandbox.overlay() {
            Some(overlay) => self.layers.look(overlay, &names, aside)?,
            None => self.files.look(&names, aside)?,
        };
        let now = git::look(&names, aside, &mut self.staged)?;
        let git = Delta::between(&self.git, &now);
        self.git = now;
        Ok(Survey { files, git })
    }
}

/// How places of a sandbox are called.
struct Names<'a> {
    ground: &'a Path,
    checkout: &'a Path,
}

impl Names<'_> {
    /// A path as seen from the main checkout, whose own name, which is that of the copy, says nothing.
    fn of(&self, path: &Path) -> String {
        if let Ok(inside) = path.strip_prefix(self.checkout) {
            let inside = inside.to_string_lossy();
            return if inside.is_empty() { ".".to_owned() } else { inside.into_owned() };
        }
        let Ok(beside) = path.strip_prefix(self.ground) else { return path.to_string_lossy().into_owned() };
        let deep = self.checkout.strip_prefix(self.ground).map_or(0, |below| below.components().count());
        let mut name = "../".repeat(deep);
        name.push_str(&beside.to_string_lossy());
        name
    }

    /// Where a symbolic link leads. A whole path inside of the sandbox is named as seen from the checkout, since
    /// no two sandboxes lie in one place.
    fn of_target(&self, target: &Path) -> String {
        match target.components().next() {
            Some(Component::RootDir) => self.of(target),
            _ => target.to_string_lossy().into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_as_seen_from_the_checkout() {
        let names = Names { ground: Path::new("/r/tree"), checkout: Path::new("/r/tree/copy") };
        let of = |path: &str| names.of(Path::new(path));
        assert_eq!(of("/r/tree/copy"), ".");
        assert_eq!(of("/r/tree/copy/.worktrees/ui/a"), ".worktrees/ui/a");
        assert_eq!(of("/r/tree/copy-ui/a"), "../copy-ui/a");
        assert_eq!(of("/etc/hosts"), "/etc/hosts");
        assert_eq!(names.of_target(Path::new("../a")), "../a");
        assert_eq!(names.of_target(Path::new("/r/tree/copy/a")), "a");
    }
}
