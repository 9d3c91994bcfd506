//! The file that a run writes, under a name of its own beside the one that it will have: `records.jsonl.partial`.
//!
//! It becomes the output when all is done, and at once. What a broken run leaves is a beginning of the output, cut anywhere; `--resume`
//! goes on from its last whole record. A lock keeps a second run away; the system lifts it with the process, however that ends.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufReader, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

pub struct Partial {
    writer: BufWriter<File>,
    path: PathBuf,
    target: PathBuf,
    /// Bytes that an earlier run left.
    left: u64,
    /// Whether it stays when it is dropped; what is empty never does.
    keep: bool,
}

impl Partial {
    /// Opens the partial file of `target`; what is in it stays until [`Partial::cut`].
    ///
    /// # Errors
    /// The target is read-only, its folder is, or another run is writing it.
    pub fn open(target: &Path) -> io::Result<Self> {
        // Through a link to the file itself, so that the link stays one.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let mut name = OsString::from(target.file_name().ok_or(io::ErrorKind::InvalidInput)?);
        name.push(".partial");
        let path = target.with_file_name(name);
        let found = fs::metadata(&target).ok();
        if found.as_ref().is_some_and(|found| found.permissions().readonly()) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        let file = locked(&path)?;
        if let Some(found) = found {
            file.set_permissions(found.permissions())?;
        }
        let left = file.metadata()?.len();
        Ok(Partial { writer: BufWriter::with_capacity(64 << 10, file), path, target, left, keep: false })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes that an earlier run left.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// What an earlier run left, from its beginning; to be read before anything is written.
    pub fn reader(&mut self) -> io::Result<BufReader<&File>> {
        self.writer.rewind()?;
        Ok(BufReader::new(self.writer.get_ref()))
    }

    /// Goes on after so many bytes; what comes after them is gone.
    pub fn cut(&mut self, length: u64) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().set_len(length)?;
        self.writer.seek(SeekFrom::Start(length)).map(|_| ())
    }

    /// Becomes the output.
    pub fn finish(mut self) -> io::Result<()> {
        let keep = |partial: &mut Self| {
            partial.writer.flush()?;
            // Before the name: a name without its bytes would be the worst that a power cut can leave.
            partial.writer.get_ref().sync_all()?;
            fs::rename(&partial.path, &partial.target)
        };
        keep(&mut self).map_err(|error| at(&self.target, error))?;
        self.keep = true;
        Ok(())
    }

    /// Ends without becoming the output: stays where something is in it. Gives its path then.
    pub fn leave(mut self) -> Option<PathBuf> {
        // What cannot be written is not there; the next run does it again.
        let _ = self.writer.flush();
        self.keep = !self.is_empty();
        self.keep.then(|| self.path.clone())
    }

    fn is_empty(&self) -> bool {
        self.writer.get_ref().metadata().is_ok_and(|found| found.len() == 0)
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes).map_err(|error| at(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush().map_err(|error| at(&self.path, error))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens a file that no other run has, and that is still there once it is locked: the run that had it may have renamed it meanwhile.
fn locked(path: &Path) -> io::Result<File> {
    loop {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::Error::new(io::ErrorKind::ResourceBusy, "another run is writing it")),
            // Some file systems know no locks.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        if is_at(&file, path)? {
            return Ok(file);
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (open, found) = (file.metadata()?, fs::metadata(path));
    Ok(found.is_ok_and(|found| (open.dev(), open.ino()) == (found.dev(), found.ino())))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    fs::exists(path)
}

/// An error with the file that it is about.
pub fn at(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_file_appears_when_it_is_complete() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("records.jsonl");
        let names = || -> io::Result<Vec<_>> {
            let mut names: Vec<_> = fs::read_dir(home.path())?.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<_, _>>()?;
            names.sort();
            Ok(names)
        };
        fs::write(&path, "old")?;
        let mut out = Partial::open(&path)?;
        out.write_all(b"new")?;
        assert_eq!(Partial::open(&path).err().map(|error| error.kind()), Some(io::ErrorKind::ResourceBusy));
        assert_eq!(fs::read_to_string(&path)?, "old");
        out.finish()?;
        assert_eq!((fs::read_to_string(&path)?, names()?), ("new".to_owned(), vec!["records.jsonl".into()]));
        // Dropped, and left with nothing in it.
        Partial::open(&path)?.write_all(b"half")?;
        assert_eq!((Partial::open(&path)?.leave(), names()?), (None, vec!["records.jsonl".into()]));
        // Left with something, and gone on with.
        let mut out = Partial::open(&path)?;
        out.write_all(b"one\ntw")?;
        assert_eq!(out.leave(), fs::canonicalize(home.path().join("records.jsonl.partial")).ok());
        let mut out = Partial::open(&path)?;
        let mut left = String::new();
        out.reader()?.read_to_string(&mut left)?;
        assert_eq!((out.left(), left.as_str()), (6, "one\ntw"));
        out.cut(4)?;
        out.write_all(b"two\n")?;
        out.finish()?;
        assert_eq!((fs::read_to_string(&path)?, names()?), ("one\ntwo\n".to_owned(), vec!["records.jsonl".into()]));
        Ok(())
    }

    #[test]
    fn a_file_that_may_not_be_written() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("records.jsonl");
        fs::write(&path, "old")?;
        let mut permissions = fs::metadata(&path)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions)?;
        assert_eq!(Partial::open(&path).err().map(|error| error.to_string()), Some("it is read-only".to_owned()));
        assert_eq!(fs::read_dir(home.path())?.count(), 1);
        Ok(())
    }
}
