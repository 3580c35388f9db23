//! The shape of a store, as SQLite tells it: tables, columns, keys, checks, indexes, triggers.

use rusqlite::Connection;
use serde::Serialize;

use super::{Reader, Result};

/// The shape of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its tables, each after those that it names.
    pub tables: Vec<TableShape>,
    /// Its indexes that no key makes.
    pub indexes: Vec<IndexShape>,
    /// Its triggers: name, table, and how each was made.
    pub triggers: Vec<(String, String, String)>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TableShape {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<ColumnShape>,
    /// The columns of its primary key.
    pub key: Vec<String>,
    /// Whether its key is a number that the database gives.
    pub numbered: bool,
    /// Its other unique keys.
    pub unique: Vec<Vec<String>>,
    /// What it names.
    pub references: Vec<ReferenceShape>,
    /// What has to hold for each row.
    pub checks: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ColumnShape {
    /// Its name.
    pub name: String,
    /// Whether it holds integers; the others hold text.
    pub integer: bool,
    /// Whether it holds something in every row.
    pub required: bool,
    /// What it holds when nothing is said, as SQL.
    pub default: Option<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReferenceShape {
    /// The columns here.
    pub columns: Vec<String>,
    /// The table there.
    pub table: String,
    /// The columns there.
    pub to: Vec<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexShape {
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// What it is over: columns and expressions.
    pub over: Vec<String>,
    /// Whether no two rows have the same there.
    pub unique: bool,
    /// Which rows it has, when not all.
    pub only: Option<String>,
}

impl Reader<'_> {
    /// The shape of the store.
    pub fn shape(&self) -> Result<Shape> {
        let mut tables = Vec::new();
        for (name, sql) in made(self.connection, "table")? {
            tables.push(table(self.connection, &name, &sql)?);
        }
        let indexes = made(self.connection, "index")?;
        let triggers = made(self.connection, "trigger")?;
        Ok(Shape {
            tables: named_first(tables),
            indexes: indexes.into_iter().filter_map(|(name, sql)| index(name, &sql)).collect(),
            triggers: triggers
                .into_iter()
                .map(|(name, sql)| (name, word_after(&sql, " ON ").unwrap_or_default(), sql))
                .collect(),
        })
    }
}

/// Name and statement of each object of a kind, in the order in which they were made.
fn made(connection: &Connection, kind: &str) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = ?1 AND sql IS NOT NULL
           AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?;
    let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn table(connection: &Connection, name: &str, sql: &str) -> Result<TableShape> {
    let mut statement = connection.prepare(
        "SELECT name, type = 'INTEGER', \"notnull\" = 1, dflt_value, pk FROM pragma_table_info(?1)",
    )?;
    let rows = statement.query_map([name], |row| {
        let column = ColumnShape {
            name: row.get(0)?,
            integer: row.get(1)?,
            required: row.get(2)?,
            default: row.get(3)?,
        };
        Ok((column, row.get::<_, i64>(4)?))
    })?;
    let rows: Vec<(ColumnShape, i64)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut key: Vec<(i64, &ColumnShape)> =
        rows.iter().filter(|(_, place)| *place > 0).map(|(column, place)| (*place, column)).collect();
    key.sort_by_key(|(place, _)| *place);
    Ok(TableShape {
        name: name.to_owned(),
        numbered: matches!(key[..], [(_, column)] if column.integer) && sql.contains("AUTOINCREMENT"),
        key: key.into_iter().map(|(_, column)| column.name.clone()).collect(),
        unique: unique(connection, name)?,
        references: references(connection, name)?,
        checks: checks(sql),
        columns: rows.into_iter().map(|(column, _)| column).collect(),
    })
}

fn unique(connection: &Connection, table: &str) -> Result<Vec<Vec<String>>> {
    let mut statement = connection.prepare(
        "SELECT (SELECT json_group_array(name ORDER BY seqno) FROM pragma_index_info(l.name))
         FROM pragma_index_list(?1) l WHERE origin = 'u' ORDER BY seq",
    )?;
    let rows = statement.query_map([table], |row| row.get::<_, String>(0))?;
    let lists: Vec<String> = rows.collect::<rusqlite::Result<_>>()?;
    lists
        .iter()
        .map(|list| super::aggregates::parse_json(list, "sqlite_master", "sql", table, "a key"))
        .collect()
}

fn references(connection: &Connection, table: &str) -> Result<Vec<ReferenceShape>> {
    let mut statement = connection.prepare(
        "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
    )?;
    let rows = statement.query_map([table], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
        ))
    })?;
    let mut found: Vec<(i64, ReferenceShape)> = Vec::new();
    for row in rows {
        let (id, table, from, to) = row?;
        match found.last_mut() {
            Some((last, reference)) if *last == id => {
                reference.columns.push(from);
                reference.to.push(to);
            }
            _ => found.push((id, ReferenceShape { columns: vec![from], table, to: vec![to] })),
        }
    }
    // SQLite lists them from the last to the first.
    Ok(found.into_iter().rev().map(|(_, reference)| reference).collect())
}

/// The conditions of a table's CHECKs, as they are written.
fn checks(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(at) = rest.find("CHECK (") {
        rest = &rest[at + "CHECK ".len()..];
        let Some(inside) = bracketed(rest) else { break };
        found.push(inside.split_whitespace().collect::<Vec<_>>().join(" "));
        rest = &rest[inside.len()..];
    }
    found
}

fn index(name: String, sql: &str) -> Option<IndexShape> {
    let table = word_after(sql, " ON ")?;
    let list = &sql[sql.find('(')?..];
    let inside = bracketed(list)?;
    let only = list.get(inside.len() + 2..).and_then(|rest| rest.split_once("WHERE "));
    Some(IndexShape {
        name,
        table,
        unique: sql.starts_with("CREATE UNIQUE"),
        over: inside.split(',').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).collect(),
        only: only.map(|(_, condition)| condition.trim().to_owned()),
    })
}

/// What stands between an opening bracket, which the text begins with, and its closing one.
fn bracketed(text: &str) -> Option<&str> {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return text.get(1..at);
                }
            }
            _ => {}
        }
    }
    None
}

fn word_after(sql: &str, mark: &str) -> Option<String> {
    let flat = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, rest) = flat.split_once(mark)?;
    rest.split([' ', '(']).next().map(str::to_owned)
}

/// Tables in an order in which each can be made: after those that it names.
fn named_first(mut tables: Vec<TableShape>) -> Vec<TableShape> {
    let mut ordered: Vec<TableShape> = Vec::new();
    while !tables.is_empty() {
        let waiting: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
        let (ready, rest): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| {
            table.references.iter().all(|to| to.table == table.name || !waiting.contains(&to.table))
        });
        // Tables that name one another have no such order; they stay as they are.
        if ready.is_empty() {
            ordered.extend(rest);
            break;
        }
        ordered.extend(ready);
        tables = rest;
    }
    ordered
}
