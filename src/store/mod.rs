//! The SQLite store: open, migrate, read, and one write door. SQL stands only here.
