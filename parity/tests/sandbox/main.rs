//! Copies of real checkouts: the reconstructed legacy queue, and small repositories made for one question.

mod database;
mod environment;
mod legacy;
mod repository;
mod support;
