//! Where the records go: standard output, or a file that appears only when it is complete.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    process,
};

/// Bytes go as they are; styled text loses its colours where there is no terminal that wants them.
pub enum Output {
    Stdout(io::Stdout),
    /// A device or pipe: written to at once.
    Special(File),
    File(Draft),
}

/// A file under a temporary name beside the one it will have.
pub struct Draft {
    writer: BufWriter<File>,
    temporary: PathBuf,
    target: PathBuf,
    kept: bool,
}

impl Output {
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Output::Stdout(io::stdout()));
        };
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Err(at(path, io::ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => OpenOptions::new().write(true).open(path).map(Output::Special).map_err(|error| at(path, error)),
            _ => Draft::new(path).map(Output::File).map_err(|error| at(path, error)),
        }
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
    pub fn finish(self) -> io::Result<()> {
        match self {
            Output::Stdout(mut out) => out.flush(),
            Output::Special(mut out) => out.flush(),
            Output::File(draft) => draft.keep(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Stdout(out) => out.write(bytes),
            Output::Special(out) => out.write(bytes),
            Output::File(draft) => draft.writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Stdout(out) => out.flush(),
            Output::Special(out) => out.flush(),
            Output::File(draft) => draft.writer.flush(),
        }
    }
}

impl Draft {
    fn new(path: &Path) -> io::Result<Self> {
        // Through a link to the file itself, so that the link stays one.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().ok_or(io::ErrorKind::InvalidInput)?);
        name.push(format!(".{}.tmp", process::id()));
        let temporary = target.with_file_name(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        if let Ok(found) = fs::metadata(&target) {
            file.set_permissions(found.permissions())?;
        }
        Ok(Draft { writer: BufWriter::new(file), temporary, target, kept: false })
    }

    fn keep(mut self) -> io::Result<()> {
        self.writer.flush().and_then(|()| fs::rename(&self.temporary, &self.target)).map_err(|error| at(&self.target, error))?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // What is left when a run ends early is no output.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

fn at(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_when_it_is_complete() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("records.jsonl");
        let names = || -> io::Result<Vec<_>> { fs::read_dir(home.path())?.map(|entry| entry.map(|entry| entry.file_name())).collect() };
        fs::write(&path, "old")?;
        let mut out = Output::open(Some(&path))?;
        out.write_all(b"new")?;
        assert_eq!(fs::read_to_string(&path)?, "old");
        out.finish()?;
        assert_eq!(fs::read_to_string(&path)?, "new");
        let mut out = Output::open(Some(&path))?;
        out.write_all(b"half")?;
        drop(out);
        assert_eq!(fs::read_to_string(&path)?, "new");
        assert_eq!(names()?, ["records.jsonl"]);
        Ok(())
    }
}
