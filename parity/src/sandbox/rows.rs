//! The content of a database as digests of its rows: what it says, not how its pages lie.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use sha2::{Digest, Sha256};

/// A table's rows, whatever their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub rows: u64,
    pub digest: [u8; 32],
}

/// The tables of a database by name. The schema itself and the numbers a database carries are tables too.
pub(super) type Tables = BTreeMap<String, Table>;

/// Reads every table of a database that nobody else has open.
pub(super) fn tables(path: &Path) -> rusqlite::Result<Tables> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // Virtual tables need their module; the tables they keep their content in are listed by themselves.
    let names = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut tables = Tables::new();
    for name in names {
        let select = format!("SELECT * FROM \"{}\"", name.replace('"', "\"\""));
        tables.insert(name, table(&database, &select)?);
    }
    let schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema";
    tables.insert("sqlite_schema".to_owned(), table(&database, schema)?);
    let numbers = "SELECT user_version, application_id FROM pragma_user_version, pragma_application_id";
    tables.insert("user_version, application_id".to_owned(), table(&database, numbers)?);
    Ok(tables)
}

fn table(database: &Connection, select: &str) -> rusqlite::Result<Table> {
    let mut statement = database.prepare(select)?;
    let width = statement.column_count();
    let mut rows = statement.query([])?;
    let mut digests: Vec<[u8; 32]> = Vec::new();
    while let Some(row) = rows.next()? {
        digests.push(digest(row, width)?);
    }
    digests.sort_unstable();
    let mut all = Sha256::new();
    for digest in &digests {
        all.update(digest);
    }
    Ok(Table { rows: digests.len() as u64, digest: all.finalize().into() })
}

/// Types count, and no two rows are spelt alike: `1`, `'1'` and `1.0` differ, as do `'ab', ''` and `'a', 'b'`.
fn digest(row: &Row<'_>, width: usize) -> rusqlite::Result<[u8; 32]> {
    let mut digest = Sha256::new();
    let mut field = |kind: u8, bytes: &[u8]| {
        digest.update([kind]);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    };
    for column in 0..width {
        match row.get_ref(column)? {
            ValueRef::Null => field(0, &[]),
            ValueRef::Integer(value) => field(1, &value.to_le_bytes()),
            ValueRef::Real(value) => field(2, &value.to_bits().to_le_bytes()),
            ValueRef::Text(bytes) => field(3, bytes),
            ValueRef::Blob(bytes) => field(4, bytes),
        }
    }
    Ok(digest.finalize().into())
}
