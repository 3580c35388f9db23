//! How the binary is linked: docs/decisions/0012 says what each of these is worth, and costs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The libraries that the compiler asks for, by the names under which a linker looks for code to link in.
const ASKED: [&str; 3] = ["libc.a", "libm.a", "libgcc_s.a"];
/// Where that code is. Each of these needs others.
const CODE: [&str; 4] = ["libc.a", "libm.a", "libgcc_eh.a", "libgcc.a"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let chosen = target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if chosen || target("OS") != "linux" || target("ENV") != "gnu" || target("ARCH") != "x86_64" {
        return;
    }
    // At a fixed address there is nothing to relocate.
    link("-no-pie");
    match linked_in() {
        // Nothing to find, map and bind at every start either.
        Some(folder) => {
            link("-static");
            link(&format!("-L{}", folder.display()));
        }
        // What is never called need not be looked up.
        None => link("-Wl,-z,lazy"),
    }
}

/// An argument for the linker, for the binary alone: tests are linked as they always are.
fn link(argument: &str) {
    println!("cargo::rustc-link-arg-bin=fairway={argument}");
}

/// A folder in which the linker finds every library's code under the name that the compiler asks for; none where a
/// library is not installed as code, or the machine is not the one that is built for.
///
/// rustc's own `crt-static` would do, but it cannot be asked for one binary alone, and breaks procedural macros where no
/// target is named.
fn linked_in() -> Option<PathBuf> {
    if env::var("HOST") != env::var("TARGET") {
        return None;
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR")?);
    let code: Vec<String> = CODE.iter().map(|library| installed(library)).collect::<Option<_>>()?;
    // A linker script. As a group, for not every linker looks again where it has looked before.
    let script = format!("GROUP ( {} )\n", code.join(" "));
    for name in ASKED {
        fs::write(folder.join(name), &script).ok()?;
    }
    Some(folder)
}

/// Where the linker would find a library; a bare name is its answer when it would not.
fn installed(library: &str) -> Option<String> {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let said = Command::new(linker).arg(format!("-print-file-name={library}")).output().ok()?;
    let path = String::from_utf8(said.stdout).ok()?.trim().to_owned();
    Path::new(&path).is_absolute().then_some(path)
}
