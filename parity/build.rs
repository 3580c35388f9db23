//! Has the crate rebuilt when a data file comes or goes: what is embedded is found by folder.

fn main() {
    for folder in ["adapters", "scenarios", "../docs/decisions", "../golden"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
