//! How the binary is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    // At a fixed address the loader has nothing to relocate, and what is never called need not be looked up:
    // docs/decisions/0012 says what that is worth, and costs.
    if target("OS") == "linux" && target("ENV") == "gnu" && target("ARCH") == "x86_64" {
        println!("cargo::rustc-link-arg-bin=fairway=-no-pie");
        println!("cargo::rustc-link-arg-bin=fairway=-Wl,-z,lazy");
    }
}
