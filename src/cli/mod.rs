//! The command line: one file per verb parses its arguments, calls its use case and hands the view on.
