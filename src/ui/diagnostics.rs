//! A problem with its line, as compilers show it.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::model::{Diagnostic, Place, Severity};

/// The problem, its line, and what was expected.
pub(super) fn render(problem: &Diagnostic, colour: bool) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = match &problem.subject {
        Some(subject) => format!("{subject}: {}", problem.message),
        None => problem.message.clone(),
    };
    let mut group = Group::with_title(level.primary_title(title).id(problem.code));
    if let Some(place) = &problem.place {
        let mut label = AnnotationKind::Primary.span(span(place));
        if let Some(expected) = &problem.expected {
            label = label.label(expected.clone());
        }
        group = group.element(
            Snippet::source(&place.text)
                .line_start(place.line)
                .path(&place.file)
                .fold(false)
                .annotation(label),
        );
    } else if let Some(expected) = &problem.expected {
        group = group.element(Level::HELP.message(expected.clone()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// The problem on one line, for lists.
pub(super) fn one_line(problem: &Diagnostic) -> String {
    let place = problem
        .place
        .as_ref()
        .map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column))
        .unwrap_or_default();
    let subject = problem.subject.as_ref().map(|subject| format!("{subject}: ")).unwrap_or_default();
    format!("{place}{subject}{}", problem.message)
}

/// The bytes of the line that are meant.
fn span(place: &Place) -> std::ops::Range<usize> {
    let offset = |chars: usize| place.text.char_indices().nth(chars).map_or(place.text.len(), |(at, _)| at);
    let start = offset(place.column.saturating_sub(1));
    start..offset(place.column.saturating_sub(1) + place.width).max(start)
}
