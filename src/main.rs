//! The command: see `commands`.
#![forbid(unsafe_code)]

mod batch;
mod commands;
mod folder;
mod jsonl;
mod source;

fn main() -> std::process::ExitCode {
    commands::main()
}
