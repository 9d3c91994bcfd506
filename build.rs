//! Lists the rule files, so that a rule is registered by being in a file under `rules/`, and makes the rule set of them, so that a process
//! need only read it.

use std::{env, error::Error, fmt::Write, fs, io, path::Path};

/// The part of the crate that makes a rule set of files.
#[allow(dead_code, unused_imports)]
#[path = "src"]
mod signataire {
    pub mod date;
    pub mod error;
    pub mod layout;
    pub mod lexicon;
    pub mod mention;
    pub mod rules;
    pub mod span;
    pub mod text;
    pub mod token;
}

/// What this script makes.
mod builtin {
    pub static FILES: &[(&str, &str)] = &[];
    pub static READY: &[u8] = &[];
}

// Its files name one another from the root of the crate.
use signataire::{date, error, layout, lexicon, mention, rules, span, text, token};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=rules");
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo names no folder")?).join("rules");
    let out = env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
    let mut paths = Vec::new();
    list(&root, &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    let mut code = String::from("/// Path below `rules/` and text of every file, in path order.\npub static FILES: &[(&str, &str)] = &[\n");
    for path in &paths {
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string())?;
        files.push((name, fs::read_to_string(path)?));
    }
    code.push_str("];\n/// The rule set of these files; empty where they have faults, which loading them tells.\n");
    code.push_str("pub static READY: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/rules.bin\"));\n");
    // A set with faults must not stop the build: the command that shows the faults is built here too.
    let ready = match rules::load::RuleSet::load(files, &[]) {
        Ok(set) => set.to_bytes()?,
        Err(errors) => {
            println!("cargo:warning=the rules have {} faults: `signataire rules check` shows them", errors.faults.len());
            Vec::new()
        }
    };
    fs::write(Path::new(&out).join("rules.bin"), ready)?;
    fs::write(Path::new(&out).join("builtin.rs"), code)?;
    Ok(())
}

fn list(dir: &Path, files: &mut Vec<std::path::PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "rules" || e == "tsv") {
            files.push(path);
        }
    }
    Ok(())
}
