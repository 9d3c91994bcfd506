//! The command: see `commands`.
#![forbid(unsafe_code)]

mod batch;
mod bug;
mod commands;
mod folder;
mod jsonl;
mod pipeline;
mod source;

fn main() -> std::process::ExitCode {
    commands::main()
}
