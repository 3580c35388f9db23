//! The one write door.

use std::cell::RefCell;
use std::ops::Deref;

use rusqlite::{Transaction, TransactionBehavior, params};
use serde_json::Value;

use super::{Reader, Store, StoreError};
use crate::model::Timestamp;

/// Changes rows within one transaction. It reads what it has written.
#[derive(Debug)]
pub struct Writer<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) operation: &'a str,
    pub(super) actor: &'a str,
    /// The moment of this change, in the store's form.
    pub(super) at: String,
    about: RefCell<(Option<String>, Option<Value>)>,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl Writer<'_> {
    /// What the audit event is about: the task, and anything that tells the call from others like it.
    pub fn audit(&self, task: Option<&str>, detail: Option<Value>) {
        *self.about.borrow_mut() = (task.map(str::to_owned), detail);
    }

    /// What the audit event will say beside the task.
    pub(super) fn audit_detail(&self) -> Option<Value> {
        self.about.borrow().1.clone()
    }

    /// The moment of this change, in the store's form.
    pub fn at(&self) -> String {
        self.at.clone()
    }

    /// Lets `body` change rows in this transaction under another name, with an audit event of its own.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database; the transaction is then to be given up.
    pub fn under_name<T, E: From<StoreError>>(
        &self,
        operation: &str,
        actor: &str,
        body: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let writer =
            Writer { reader: self.reader, operation, actor, at: self.at.clone(), about: RefCell::default() };
        let answer = body(&writer)?;
        writer.write_audit_event()?;
        Ok(answer)
    }

    fn write_audit_event(&self) -> super::Result<()> {
        let (task, detail) = self.about.take();
        self.reader
            .connection
            .prepare_cached(
                "INSERT INTO audit_events (project_id, actor, action, task_id, detail, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                self.reader.settings.project,
                self.actor,
                self.operation,
                task,
                detail.map(|detail| detail.to_string()),
                self.at
            ])?;
        Ok(())
    }
}

impl Store {
    /// Opens one IMMEDIATE transaction, lets `body` change rows, writes the audit event, and commits. When `body`
    /// fails, nothing was changed and nothing is audited.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        operation: &str,
        actor: &str,
        now: Timestamp,
        body: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let writer = Writer {
            reader: Reader { connection: &tx, settings: &self.settings },
            operation,
            actor,
            at: now.to_store(),
            about: RefCell::default(),
        };
        let answer = body(&writer)?;
        writer.write_audit_event()?;
        tx.commit().map_err(StoreError::from)?;
        Ok(answer)
    }
}
