//! All places for faults in the lines that the scenarios run, and the draw from them.

use super::GradeError;
use super::baseline::{self, Known};
use super::draw;
use super::language::Language;
use super::mutators::Mutators;
use super::script::Script;
use super::site::{self, Mutant};

/// A mutant, and who runs its line.
pub(super) struct Place<'s, 'k> {
    pub(super) script: &'s Script,
    pub(super) mutant: Mutant,
    pub(super) scenarios: Vec<&'k Known<'s>>,
}

/// A mutant that was drawn, with the whole text of its script.
pub(super) struct Drawn<'s, 'k> {
    pub(super) mutant: Mutant,
    pub(super) text: String,
    pub(super) scenarios: Vec<&'k Known<'s>>,
}

/// All of them.
pub(super) struct Survey<'s, 'k> {
    pub(super) places: Vec<Place<'s, 'k>>,
    /// How many lines of scripts some scenario runs.
    pub(super) lines: usize,
}

impl<'s, 'k> Survey<'s, 'k> {
    /// Looks at every line that a scenario runs. What a scenario tells that is of no use counts as not run.
    pub(super) fn of(
        known: &'k [Known<'s>],
        scripts: &'s [Script],
        mutators: &Mutators,
    ) -> Result<Self, GradeError> {
        let (mut places, mut lines) = (Vec::new(), 0);
        for script in scripts {
            let counted = baseline::counted(known, &script.path);
            let runs: Vec<Vec<&Known<'_>>> = (0..script.lines.len())
                .map(|line| who_runs(known, script, line, |at| counted.contains(&at)))
                .collect();
            lines += runs.iter().filter(|runs| !runs.is_empty()).count();
            for mutant in site::of_script(script, mutators, |line| !runs[line].is_empty()) {
                let scenarios = runs[mutant.line - 1].clone();
                places.push(Place { script, mutant, scenarios });
            }
        }
        if lines == 0 {
            let first = known.iter().find_map(|known| known.trace.as_ref().err());
            let why = first.map_or("none was written down", String::as_str);
            return Err(GradeError::NoCoverage(why.to_owned()));
        }
        if places.is_empty() {
            return Err(GradeError::NoSites { lines });
        }
        Ok(Self { places, lines })
    }

    /// Draws mutants, every place as likely as any other. One that does not parse is put back for another.
    pub(super) fn draw(&self, count: usize, seed: u64) -> Result<Vec<Drawn<'s, 'k>>, GradeError> {
        let mut drawn = Vec::new();
        for index in draw::order(self.places.len(), seed) {
            if drawn.len() == count {
                break;
            }
            let place = &self.places[index];
            let (line, after) = (place.mutant.line - 1, &place.mutant.after);
            if place.script.parses_with(line, after).map_err(GradeError::Interpreter)? {
                let text = place.script.with(line, after);
                drawn.push(Drawn { mutant: place.mutant.clone(), text, scenarios: place.scenarios.clone() });
            }
        }
        Ok(drawn)
    }
}

/// The scenarios that run a line.
fn who_runs<'k, 's>(
    known: &'k [Known<'s>],
    script: &Script,
    line: usize,
    counted: impl Fn(usize) -> bool,
) -> Vec<&'k Known<'s>> {
    let useful = known.iter().filter(|known| known.trace.is_ok());
    // bash writes down what runs; a line that it does not name may be one that did not.
    let governor = match script.language_of(line) {
        Language::Shell if counted(line) => Some(line),
        Language::Shell => return Vec::new(),
        Language::Ruby => script.governor(line, counted),
    };
    match governor {
        Some(governor) => useful.filter(|known| known.runs(&script.path, governor)).collect(),
        None => useful.filter(|known| known.coverage.contains_key(&script.path)).collect(),
    }
}
