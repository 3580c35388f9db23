//! From keys that have to say something else to pieces of text that replace others.

use std::ops::Range;

use super::lines::{break_at, break_before, is_blank, is_break, line_end, line_start, usual_break};
use super::render::{self, Spot};
use super::rounds::StateKey;
use crate::legacy::yaml::{ItemLayout, MappingLayout, Mark, PairLayout, Piece, Style};

/// Bytes that give way to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    at: Range<usize>,
    text: String,
    /// Whether it is a key of its own, which comes after what is put into a value at the same place.
    adds: bool,
}

impl Splice {
    fn put(at: Range<usize>, text: String) -> Self {
        Self { at, text, adds: false }
    }

    fn cut(at: Range<usize>) -> Self {
        Self::put(at, String::new())
    }
}

/// A state key of the task.
#[derive(Debug)]
pub(super) struct Target<'a> {
    /// Which of its names counts.
    pub(super) name: usize,
    /// The class of its value; none when it is absent.
    pub(super) class: Option<&'static str>,
    pub(super) wish: Wish<'a>,
}

/// What becomes of a state key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish<'a> {
    /// It stays as it is.
    Stay,
    /// It says something else.
    Say(&'a str),
    /// Its value goes.
    Go,
}

/// Why a key cannot be changed where it stands.
#[derive(Debug)]
pub(super) struct Obstacle {
    pub(super) mark: Option<Mark>,
    pub(super) problem: String,
}

impl Obstacle {
    fn at(mark: Mark, problem: impl Into<String>) -> Self {
        Self { mark: Some(mark), problem: problem.into() }
    }
}

/// One task as it is written.
struct Task<'a> {
    text: &'a str,
    mapping: &'a MappingLayout,
    keys: &'a [StateKey],
    targets: &'a [Target<'a>],
    /// The last merge key: what has to win over it comes later.
    merge: Option<usize>,
}

/// The pieces that change a task's keys.
pub(super) fn splices(
    text: &str,
    item: &ItemLayout,
    keys: &[StateKey],
    targets: &[Target<'_>],
) -> Result<Vec<Splice>, Obstacle> {
    let Some(mapping) = &item.mapping else {
        return Err(Obstacle::at(item.mark, "the task is an alias of another"));
    };
    let merge = mapping.pairs.iter().rposition(|pair| pair.name.as_deref() == Some("<<"));
    let task = Task { text, mapping, keys, targets, merge };
    let mut found = Vec::new();
    for (key, target) in targets.iter().enumerate() {
        let splice = match (task.pair(key), target.wish) {
            (_, Wish::Stay) => continue,
            (Some(place), Wish::Say(value)) => task.replace(place, target, value)?,
            (Some(place), Wish::Go) if task.can_be_cut(place) => task.cut(place),
            (Some(place), Wish::Go) => task.empty(&mapping.pairs[place].value)?,
            (None, Wish::Say(value)) => task.add(key, Some(value))?,
            (None, Wish::Go) => task.add(key, None)?,
        };
        found.push(splice);
    }
    Ok(found)
}

/// The text with its pieces replaced.
pub(super) fn apply(text: &str, mut splices: Vec<Splice>) -> String {
    // Stable: what is added at one place stays in its order, and comes before what is cut there.
    splices.sort_by_key(|splice| (splice.at.start, splice.at.end, splice.adds));
    let mut out = String::with_capacity(text.len() + 256);
    let mut done = 0;
    for splice in splices {
        out.push_str(text.get(done..splice.at.start).unwrap_or_default());
        out.push_str(&splice.text);
        done = done.max(splice.at.end);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

impl Task<'_> {
    /// The name under which a key stands, or would stand.
    fn name(&self, key: usize) -> &str {
        &self.keys[key].names[self.targets[key].name]
    }

    /// The task's own pair of a key: the last counts.
    fn pair(&self, key: usize) -> Option<usize> {
        let name = self.name(key);
        self.mapping.pairs.iter().rposition(|pair| pair.name.as_deref() == Some(name))
    }

    fn replace(&self, place: usize, target: &Target<'_>, value: &str) -> Result<Splice, Obstacle> {
        let pair = &self.mapping.pairs[place];
        let at = self.content(&pair.value)?;
        let json = self.is_json(pair);
        let spot = Spot { flow: self.mapping.flow, style: pair.value.style, class: target.class, json };
        let written = scalar(value, spot, pair.value.mark)?;
        let blank = if at.is_empty() { " " } else { "" };
        Ok(Splice::put(at, format!("{blank}{written}")))
    }

    fn is_json(&self, pair: &PairLayout) -> bool {
        self.mapping.flow && pair.key.style == Style::Double
    }

    /// Where a value stands without its properties.
    fn content(&self, value: &Piece) -> Result<Range<usize>, Obstacle> {
        if value.style == Style::BlockCollection {
            return Err(Obstacle::at(value.mark, "a list or mapping in lines stands there"));
        }
        let Range { mut start, end } = value.span.clone();
        while value.properties && start < end && self.text[start..end].starts_with(['&', '!']) {
            let word = self.text[start..end].find(|c: char| is_blank(c) || is_break(c));
            start = self.skip_to_content(start + word.unwrap_or(end - start), end);
        }
        let content = &self.text[start..end];
        if content.is_empty() {
            if !value.properties && !self.text[..start].ends_with(':') {
                return Err(Obstacle::at(value.mark, "the key stands there without a colon"));
            }
            return Ok(value.span.end..value.span.end);
        }
        // A scalar in lines goes on to where the next begins; its last line break stays.
        Ok(start..start + content.trim_end().len())
    }

    fn skip_to_content(&self, mut at: usize, end: usize) -> usize {
        loop {
            let rest = &self.text[at..end];
            at += rest.len() - rest.trim_start().len();
            if !self.text[at..end].starts_with('#') {
                return at;
            }
            at += self.text[at..end].find(is_break).unwrap_or(end - at);
        }
    }

    /// Whether a key can go with everything that is written for it, and nothing else.
    fn can_be_cut(&self, place: usize) -> bool {
        let pair = &self.mapping.pairs[place];
        let twice = self.mapping.pairs.iter().filter(|other| other.name == pair.name).count() > 1;
        let bound = pair.value.properties || pair.key.properties;
        if twice || bound || self.merge.is_some() {
            return false;
        }
        if self.mapping.flow { self.comma_before(place) } else { self.has_its_lines(pair) }
    }

    /// Whether nothing but a comma stands between a pair and the one before it.
    fn comma_before(&self, place: usize) -> bool {
        let Some(before) = place.checked_sub(1).map(|before| &self.mapping.pairs[before]) else {
            return false;
        };
        let between = &self.text[before.value.span.end..self.mapping.pairs[place].key.span.start];
        between.trim_matches(is_blank) == ","
    }

    /// Whether a pair fills its lines, without a comment.
    fn has_its_lines(&self, pair: &PairLayout) -> bool {
        let (start, end) = (line_start(self.text, pair.key.span.start), pair.value.span.end);
        let alone = self.text[start..pair.key.span.start].chars().all(|c| c == ' ');
        let ends = ends_with_line(pair.value.style)
            && self.text[end..line_end(self.text, end)].trim_matches(is_blank).is_empty();
        alone && ends && start > 0
    }

    fn cut(&self, place: usize) -> Splice {
        let pair = &self.mapping.pairs[place];
        let end = pair.value.span.end;
        if self.mapping.flow {
            return Splice::cut(self.mapping.pairs[place - 1].value.span.end..end);
        }
        let (start, end) = (line_start(self.text, pair.key.span.start), line_end(self.text, end));
        match break_at(self.text, end) {
            "" => Splice::cut(start - break_before(self.text, start).len()..end),
            line_break => Splice::cut(start..end + line_break.len()),
        }
    }

    /// Leaves the key, and takes its value away.
    fn empty(&self, value: &Piece) -> Result<Splice, Obstacle> {
        let mut at = self.content(value)?;
        if self.mapping.flow {
            let blank = if at.is_empty() { " " } else { "" };
            return Ok(Splice::put(at, format!("{blank}null")));
        }
        at.start = self.text[..at.start].trim_end_matches(is_blank).len();
        Ok(Splice::cut(at))
    }

    /// Gives the task a key that it does not have.
    fn add(&self, key: usize, value: Option<&str>) -> Result<Splice, Obstacle> {
        let after = self.neighbour(key).ok_or_else(|| Obstacle {
            mark: None,
            problem: format!("there is no line after which `{}` could stand", self.name(key)),
        })?;
        let pair = &self.mapping.pairs[after];
        let json = self.is_json(pair);
        let spot = Spot { flow: self.mapping.flow, style: Style::Plain, class: None, json };
        let written = value.map(|value| scalar(value, spot, pair.key.mark)).transpose()?;
        let name = if json { format!("\"{}\"", self.name(key)) } else { self.name(key).to_owned() };
        if self.mapping.flow {
            let written = written.unwrap_or_else(|| "null".to_owned());
            let end = pair.value.span.end;
            return Ok(Splice { at: end..end, text: format!(", {name}: {written}"), adds: true });
        }
        let at = line_end(self.text, pair.value.span.end);
        let line_break = match break_at(self.text, at) {
            "" => usual_break(self.text),
            line_break => line_break,
        };
        let value = written.map(|value| format!(" {value}")).unwrap_or_default();
        let text = format!("{line_break}{:indent$}{name}:{value}", "", indent = self.mapping.indent);
        Ok(Splice { at: at..at, text, adds: true })
    }

    /// The pair after which a new key goes: the state key before it in their order, one after it, or the last pair.
    fn neighbour(&self, key: usize) -> Option<usize> {
        let first = self.mapping.pairs.first()?.key.span.start;
        // A list in brackets may hold a pair without braces; there is no room for another.
        if self.mapping.flow && !self.text[self.mapping.start..first].contains('{') {
            return None;
        }
        let fits = |place: &usize| {
            let pair = &self.mapping.pairs[*place];
            let stays = !self.is_cut(*place) && self.merge.is_none_or(|merge| *place >= merge);
            let end = pair.value.span.end;
            stays
                && if self.mapping.flow {
                    !pair.value.span.is_empty()
                } else {
                    self.line_ends(pair.value.style, end)
                }
        };
        let others = (0..key).rev().chain(key + 1..self.keys.len());
        let state = others.filter_map(|other| self.pair(other)).find(fits);
        state.or_else(|| (0..self.mapping.pairs.len()).rev().find(fits))
    }

    fn is_cut(&self, place: usize) -> bool {
        let targets = self.targets.iter().enumerate();
        targets
            .filter(|(_, target)| target.wish == Wish::Go)
            .any(|(key, _)| self.pair(key) == Some(place) && self.can_be_cut(place))
    }

    /// Whether nothing but a comment stands between the end of a value and the end of its line.
    fn line_ends(&self, style: Style, end: usize) -> bool {
        let rest = self.text[end..line_end(self.text, end)].trim_matches(is_blank);
        ends_with_line(style) && (rest.is_empty() || rest.starts_with('#'))
    }
}

fn scalar(value: &str, spot: Spot, mark: Mark) -> Result<String, Obstacle> {
    render::scalar(value, spot)
        .ok_or_else(|| Obstacle::at(mark, format!("{value:?} cannot be written as a YAML scalar")))
}

/// Whether the end of a value is known to the byte.
fn ends_with_line(style: Style) -> bool {
    !matches!(style, Style::Lines | Style::BlockCollection)
}
