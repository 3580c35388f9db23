//! Has the crate rebuilt when a data file comes or goes: what is embedded is found by folder.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    for folder in ["adapters", "scenarios", "../docs/decisions"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
