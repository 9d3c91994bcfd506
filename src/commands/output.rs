//! Where the records go: standard output, or a file that appears only when it is complete.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use super::partial::{Partial, at};

/// Bytes go as they are; styled text loses its colours where there is no terminal that wants them.
pub enum Output {
    Stdout(io::Stdout),
    /// A device or pipe: written to at once.
    Special(File, PathBuf),
    File(Partial),
}

impl Output {
    /// # Errors
    /// The file cannot be written, with its path.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Output::Stdout(io::stdout()));
        };
        let opened = match fs::metadata(path) {
            Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) if !found.is_file() => OpenOptions::new().write(true).open(path).map(|file| Output::Special(file, path.to_owned())),
            _ => Partial::open(path).map(Output::File),
        };
        opened.map_err(|error| at(path, error))
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Output::Stdout(_)) && io::stdout().is_terminal()
    }

    /// Writes text with styles in it.
    pub fn styled(&mut self, text: &str) -> io::Result<()> {
        match self {
            Output::Stdout(_) => anstream::stdout().write_all(text.as_bytes()),
            _ => self.write_all(anstream::adapter::strip_str(text).to_string().as_bytes()),
        }
    }

    /// Brings what was written to its place.
    pub fn finish(mut self) -> io::Result<()> {
        match self {
            Output::File(partial) => partial.finish(),
            _ => self.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Stdout(out) => out.write(bytes),
            Output::Special(out, path) => out.write(bytes).map_err(|error| at(path, error)),
            Output::File(partial) => partial.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Stdout(out) => out.flush(),
            Output::Special(out, path) => out.flush().map_err(|error| at(path, error)),
            Output::File(partial) => partial.flush(),
        }
    }
}
