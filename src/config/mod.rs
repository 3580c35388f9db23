//! `.fairway/config.toml`: schema, defaults, and validation that points into the file.
