//! The queries that show the state, or the files that hold it.

use super::answers::nothing;
use super::{Sources, Values, part};
use crate::adapt::draft::{Draft, Mark, text};
use crate::adapt::facts::RowFile;
use crate::adapt::facts::database::{Table, quote};
use crate::adapt::knowledge::{KnownSection, fit};
use crate::observation::SectionSchema;
use crate::operation::FieldType;

/// What may hold the rows of a section.
enum Rows<'a> {
    Table(&'a Table),
    File(&'a RowFile),
}

impl Rows<'_> {
    fn columns(&self) -> &[String] {
        match self {
            Self::Table(table) => &table.columns,
            Self::File(file) => &file.fields,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Table(table) => &table.name,
            Self::File(file) => {
                file.path.rsplit('/').next().unwrap_or(&file.path).split('.').next().unwrap_or_default()
            }
        }
    }
}

/// The columns of the table that holds a section.
pub(crate) fn columns_of(sources: &Sources<'_>, section: &str) -> Vec<String> {
    let known = sources.known.sections.iter().find(|known| known.name == section);
    let found = known.and_then(|known| rows_of(sources, known, sources.schema.get(section)?));
    found.map(|rows| rows.columns().to_vec()).unwrap_or_default()
}

/// The table of the database that holds a section.
pub(crate) fn table_of<'a>(sources: &Sources<'a>, section: &str) -> Option<&'a Table> {
    let known = sources.known.sections.iter().find(|known| known.name == section)?;
    match rows_of(sources, known, sources.schema.get(section)?)? {
        Rows::Table(table) => Some(table),
        Rows::File(_) => None,
    }
}

/// The table or file whose name and columns are most like a section's.
fn rows_of<'a>(sources: &Sources<'a>, known: &KnownSection, schema: &SectionSchema) -> Option<Rows<'a>> {
    let tables = sources.facts.tables.iter().map(Rows::Table);
    let files = sources.facts.row_files.iter().map(Rows::File);
    let score = |rows: &Rows<'_>| {
        let columns = rows.columns();
        let fits = schema
            .columns
            .iter()
            .filter(|field| sources.known.names.pick(&field.name, columns).is_some())
            .count();
        let named = fit(&known.name, &known.tables, rows.name()).is_some();
        let share = fits * 100 / schema.columns.len().max(1);
        // A table of the right name may lack a few; one of another name has to have nearly all.
        (if named { share >= 35 } else { share >= 75 }).then_some(share + if named { 50 } else { 0 })
    };
    let scored = tables.chain(files).filter_map(|rows| Some((score(&rows)?, rows)));
    scored.max_by_key(|(score, _)| *score).map(|(_, rows)| rows)
}

pub(crate) fn write(sources: &Sources<'_>, values: &Values, draft: &mut Draft) {
    part(draft, "the queue state");
    draft.plain("[state.sections]");
    let mut files: Vec<(&KnownSection, &SectionSchema, &RowFile)> = Vec::new();
    let mut renamed: Vec<String> = Vec::new();
    for known in &sources.known.sections {
        let Some(schema) = sources.schema.get(&known.name) else { continue };
        match rows_of(sources, known, schema) {
            Some(Rows::Table(table)) => {
                query(sources, known, schema, table, draft);
                renamed.extend(values_of(values, known, schema));
            }
            Some(Rows::File(file)) => files.push((known, schema, file)),
            None => {
                draft.plain(&format!("# {} = '''SELECT ...''' # open", known.name));
                let question = format!(
                    "which table holds the section `{}`? Without one the other side may not show it either",
                    known.name
                );
                let seen = sources.facts.tables.iter().map(|table| table.name.clone()).collect();
                draft.decide(known.value, &format!("state.sections.{}", known.name), question, seen);
            }
        }
    }
    for (known, schema, file) in files {
        of_file(sources, known, schema, file, values, draft);
    }
    for lines in renamed {
        draft.plain("");
        for line in lines.lines() {
            if line.starts_with('[') { draft.plain(line) } else { draft.line(line, Mark::Guessed) }
        }
    }
}

fn query(
    sources: &Sources<'_>,
    known: &KnownSection,
    schema: &SectionSchema,
    table: &Table,
    draft: &mut Draft,
) {
    draft.plain(&format!("{} = '''\nSELECT", known.name));
    let last = schema.columns.len().saturating_sub(1);
    let mut used: Vec<&str> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for (index, field) in schema.columns.iter().enumerate() {
        let comma = if index == last { "" } else { "," };
        let name = quote(&field.name);
        let free: Vec<String> =
            table.columns.iter().filter(|column| !used.contains(&column.as_str())).cloned().collect();
        if let Some((_, fit)) = sources.known.names.pick(&field.name, &free)
            && let Some(column) = table.columns.iter().find(|column| {
                sources.known.names.fit(&field.name, column) == Some(fit) && !used.contains(&column.as_str())
            })
        {
            used.push(column);
            let select =
                if *column == field.name { quote(column) } else { format!("{} AS {name}", quote(column)) };
            draft.sql(&format!("{select}{comma}"), fit.into());
        } else if let Some(select) = link(sources, known, &field.name, table) {
            draft.sql(&format!("{select} AS {name}{comma}"), Mark::Guessed);
        } else {
            let empty = match field.kind {
                FieldType::List { .. } => "'[]'",
                FieldType::Json => "'{}'",
                FieldType::Boolean => "1",
                _ => "NULL",
            };
            draft.sql(&format!("{empty} AS {name}{comma}"), Mark::Open);
            open.push(field.name.clone());
        }
    }
    draft.sql(
        &format!("FROM {}", quote(&table.name)),
        Mark::from(
            fit(&known.name, &known.tables, &table.name).unwrap_or(crate::adapt::knowledge::Fit::Synonym(0)),
        ),
    );
    draft.plain("'''");
    let rest: Vec<String> =
        table.columns.iter().filter(|column| !used.contains(&column.as_str())).cloned().collect();
    if !open.is_empty() {
        let question = format!("which columns of `{}` are {}?", table.name, open.join(", "));
        draft.decide(known.value - 5, &format!("state.sections.{}", known.name), question, rest);
    }
}

/// A list that another table holds, as one column.
fn link(sources: &Sources<'_>, known: &KnownSection, column: &str, table: &Table) -> Option<String> {
    let link = known.links.iter().find(|link| link.column == column)?;
    let first = |table: &Table, names: &[String]| {
        names.iter().find_map(|name| table.columns.iter().find(|column| *column == name)).cloned()
    };
    let others =
        sources.facts.tables.iter().filter(|other| other.name != table.name && other.columns.len() <= 5);
    let found = others.filter_map(|other| Some((other, first(other, &link.of)?, first(other, &link.names)?)));
    let (other, of, names) = found.min_by_key(|(other, _, _)| other.columns.len())?;
    let id = sources.known.names.pick("id", &table.columns)?.0;
    let order =
        first(other, &link.order).map(|order| format!(" ORDER BY {}", quote(&order))).unwrap_or_default();
    let (names, of, from) = (quote(&names), quote(&of), quote(&other.name));
    Some(format!(
        "(SELECT json_group_array({names}) FROM (SELECT {names} FROM {from} WHERE {of} = {}.{}{order}))",
        quote(&table.name),
        quote(id)
    ))
}

/// Tables of values for the columns that hold others than the state's.
fn values_of(values: &Values, known: &KnownSection, schema: &SectionSchema) -> Option<String> {
    let mut lines = Vec::new();
    for field in &schema.columns {
        if let Some(name) = values.of(&field.name) {
            lines.push(format!("{} = {}", field.name, text(name)));
        }
    }
    (!lines.is_empty()).then(|| format!("[state.values.{}]\n{}", known.name, lines.join("\n")))
}

fn of_file(
    sources: &Sources<'_>,
    known: &KnownSection,
    schema: &SectionSchema,
    file: &RowFile,
    values: &Values,
    draft: &mut Draft,
) {
    draft.plain(&format!("\n[state.sections.{}]", known.name));
    draft.line(&format!("file = {}", text(&file.path)), Mark::Guessed);
    draft.line("optional = true", Mark::Guessed);
    draft.line("reader = \"json-lines\"", Mark::Sure);
    draft.plain(&format!("[state.sections.{}.fields]", known.name));
    let mut open = Vec::new();
    for field in &schema.columns {
        let Some((column, fit)) = sources.known.names.pick(&field.name, &file.fields) else {
            draft.line(&format!("{} = {}", field.name, nothing(&field.kind)), Mark::Open);
            open.push(field.name.clone());
            continue;
        };
        let at = text(&format!("/{column}"));
        let place = match values.of(&field.name) {
            Some(name) => format!("{{ at = {at}, values = {} }}", text(name)),
            None => at,
        };
        draft.line(&format!("{} = {place}", field.name), fit.into());
    }
    if !open.is_empty() {
        let question = format!("which fields of {} are {}?", file.path, open.join(", "));
        draft.decide(
            known.value - 5,
            &format!("state.sections.{}", known.name),
            question,
            file.fields.clone(),
        );
    }
}
