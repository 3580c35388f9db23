//! Streams, tables, colour, progress, diagnostics: everything that prints.
