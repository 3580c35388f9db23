//! A project with a `[legacy]` section: where its ledger is, and what its proofs hold for today.

use std::io;
use std::path::{Path, PathBuf};

use fairway_parity::adapter::Adapter;
use fairway_parity::ledger::{
    Book, Digests, Entry, Event, Exception, Ledger, LedgerError, Place, Rule, RunEvidence, Seal,
    ShadowedCall, Source, scripts,
};
use fairway_parity::report::RunResult;

use super::policy_digest;
use crate::config::{Config, Graduation, Legacy, ProjectPaths};

/// A project whose scripts Fairway is to replace.
#[derive(Debug)]
pub struct Project {
    /// What the configuration says of the scripts.
    pub legacy: Legacy,
    /// The project's root, in which the scripts are, unless only a copy of them is at hand.
    root: PathBuf,
    /// Its configuration.
    config: PathBuf,
    /// Its store, as its configuration has it.
    store: PathBuf,
    /// This program.
    program: PathBuf,
    /// The digest of the rules.
    policy: String,
}

/// What a proof holds for cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The ledger cannot be believed, read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file that a proof depends on cannot be read.
    #[error("cannot take the digests that a proof holds for")]
    File(#[from] io::Error),
}

impl ProofError {
    /// What can be done about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Ledger(error) => error.hint(),
            Self::File(_) => None,
        }
    }
}

impl Project {
    /// The project of these paths; `None` when its configuration has no `[legacy]`.
    ///
    /// # Errors
    /// This program cannot be found.
    pub fn of(config: &Config, paths: &ProjectPaths) -> Result<Option<Self>, ProofError> {
        let Some(legacy) = config.legacy.clone() else { return Ok(None) };
        let program = std::env::current_exe()?;
        let (root, config_file) = (paths.root.clone(), paths.config.clone());
        let (store, policy) = (root.join(&config.fairway.db_path), policy_digest(config));
        Ok(Some(Self { legacy, root, config: config_file, store, program, policy }))
    }

    /// Its configuration.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Its store.
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// This program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Its root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder in which the harness keeps its files.
    pub fn folder(&self) -> PathBuf {
        self.root.join(".fairway/parity")
    }

    /// The checkout in which the scripts of today are: the project's own, or the copy when the project has none.
    pub fn checkout(&self, adapter: &Adapter) -> PathBuf {
        let here = adapter.requires.files.iter().all(|file| self.root.join(file).exists());
        match &self.legacy.copy {
            Some(copy) if !here => self.root.join(copy),
            _ => self.root.clone(),
        }
    }

    /// The rule by which operations graduate here.
    pub fn rule(&self) -> Rule {
        let Graduation { runs, copies, cases, newest_hours, rounds } =
            self.legacy.graduation.clone().unwrap_or_default();
        let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Rule {
            runs: count(runs),
            copies: count(copies),
            cases: count(cases),
            newest_hours: u64::from(newest_hours),
            rounds: count(rounds),
        }
    }

    /// The ledger.
    ///
    /// # Errors
    /// It cannot be believed or read.
    pub fn ledger(&self) -> Result<Ledger, ProofError> {
        Ok(Ledger::read(&self.folder(), Book::Ledger)?)
    }

    /// The calls that were shadowed.
    ///
    /// # Errors
    /// Their book cannot be believed or read.
    pub fn shadowed(&self) -> Result<Ledger, ProofError> {
        Ok(Ledger::read(&self.folder(), Book::Shadow)?)
    }

    /// The calls that were shadowed, in the order of time.
    ///
    /// # Errors
    /// Their book cannot be believed or read.
    pub fn shadowed_calls(&self) -> Result<Vec<ShadowedCall>, ProofError> {
        let book = self.shadowed()?;
        let calls = book.entries().iter().filter_map(|entry| match &entry.event {
            Event::Shadowed(call) => Some(call.clone()),
            _ => None,
        });
        Ok(calls.collect())
    }

    /// The calls that were let through without proof, each with its time.
    ///
    /// # Errors
    /// The ledger cannot be believed or read.
    pub fn exceptions(&self) -> Result<Vec<(String, Exception)>, ProofError> {
        let ledger = self.ledger()?;
        let made = ledger.entries().iter().filter_map(|entry| match &entry.event {
            Event::Ungraduated(exception) => Some((entry.at.clone(), exception.clone())),
            _ => None,
        });
        Ok(made.collect())
    }

    /// The lines of the ledger, and what shadowed calls showed, in the order of time.
    ///
    /// # Errors
    /// One of the books cannot be believed or read.
    pub fn proofs(&self) -> Result<Vec<Entry>, ProofError> {
        let mut entries = self.ledger()?.entries().to_vec();
        let shadowed = self.shadowed()?;
        entries.extend(shadowed.entries().iter().filter_map(|entry| match &entry.event {
            Event::Shadowed(call) => Some(Entry { event: Event::Run(call.evidence()?), ..entry.clone() }),
            _ => None,
        }));
        entries.sort_by(|one, other| one.at.cmp(&other.at));
        Ok(entries)
    }

    /// Writes a line into the ledger.
    ///
    /// # Errors
    /// It cannot be believed or written.
    pub fn note(&self, event: Event) -> Result<(), ProofError> {
        let book = if matches!(event, Event::Shadowed(_)) { Book::Shadow } else { Book::Ledger };
        Ledger::append(&self.folder(), book, event)?;
        Ok(())
    }

    /// The digests of today, with those of the scripts in the checkout.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn seal(&self, adapter: &Adapter) -> Result<Seal, ProofError> {
        let mut digests = Digests::remembered(&self.folder());
        let seal = self.own_seal(&mut digests)?;
        digests.remember();
        Ok(seal.with_scripts(&scripts(adapter, &self.checkout(adapter))?))
    }

    /// The digests of today of the same things that `proved` has.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn seal_like(&self, proved: &Seal) -> Result<Seal, ProofError> {
        let mut digests = Digests::remembered(&self.folder());
        let own = self.own_seal(&mut digests)?;
        let seal = own.with_scripts_of(proved, &self.root, self.legacy.copy.as_deref(), &mut digests)?;
        digests.remember();
        Ok(seal)
    }

    /// The digests of today of everything but the scripts.
    pub(super) fn own_seal(&self, digests: &mut Digests) -> io::Result<Seal> {
        let folder = self.folder();
        Seal::take(Place { program: &self.program, data: &folder, policy: &self.policy }, digests)
    }

    /// What a run showed. `None` for a replay, which shows nothing of the scripts.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn evidence(&self, result: &RunResult, source: Source) -> Result<Option<RunEvidence>, ProofError> {
        let mut digests = Digests::remembered(&self.folder());
        let seal = self.own_seal(&mut digests)?.with_scripts(&result.subject.scripts);
        digests.remember();
        Ok(RunEvidence::of(result, source, seal))
    }

    /// Writes down what a run showed, and says whether it showed anything.
    ///
    /// # Errors
    /// A file cannot be read, or the ledger not be believed or written.
    pub fn note_run(&self, result: &RunResult, source: Source) -> Result<bool, ProofError> {
        let Some(evidence) = self.evidence(result, source)? else { return Ok(false) };
        self.note(Event::Run(evidence))?;
        Ok(true)
    }
}
