//! The files below a folder, in name order, folder by folder.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    vec,
};

/// Walks without recursion. Hidden files and folders are passed over; links are followed, save one that leads to a folder that the
/// walk is in.
pub struct Folder {
    pub root: PathBuf,
    begun: bool,
    /// The folders that the walk is in, outermost first.
    open: Vec<Open>,
}

struct Open {
    path: PathBuf,
    /// Where it really is.
    real: PathBuf,
    /// What is left of it: names, for a folder may hold a million.
    names: vec::IntoIter<OsString>,
}

impl Folder {
    pub fn new(root: PathBuf) -> Self {
        Folder { root, begun: false, open: Vec::new() }
    }

    fn enter(&mut self, path: PathBuf) -> Result<(), (PathBuf, io::Error)> {
        match self.list(&path) {
            Ok(Some((real, names))) => self.open.push(Open { path, real, names: names.into_iter() }),
            Ok(None) => {}
            Err(error) => return Err((path, error)),
        }
        Ok(())
    }

    /// Where a folder is, and the names in it; nothing where the walk is in it.
    fn list(&self, path: &Path) -> io::Result<Option<(PathBuf, Vec<OsString>)>> {
        let real = fs::canonicalize(path)?;
        if self.open.iter().any(|open| open.real == real) {
            return Ok(None);
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            let name = entry?.file_name();
            if !name.as_encoded_bytes().starts_with(b".") {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(Some((real, names)))
    }
}

impl Iterator for Folder {
    /// A file, or a folder that cannot be listed.
    type Item = Result<PathBuf, (PathBuf, io::Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let path = match self.open.last_mut() {
                Some(open) => match open.names.next() {
                    Some(name) => open.path.join(name),
                    None => {
                        self.open.pop();
                        continue;
                    }
                },
                None if self.begun => return None,
                None => {
                    self.begun = true;
                    self.root.clone()
                }
            };
            if !path.is_dir() {
                return Some(Ok(path));
            }
            if let Err(fault) = self.enter(path) {
                return Some(Err(fault));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn order_hidden_files_and_loops() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let at = |name: &str| home.path().join(name);
        for folder in ["root/b", "root/.hidden", "elsewhere"] {
            fs::create_dir_all(at(folder))?;
        }
        for file in ["root/c.txt", "root/a.txt", "root/b/z.txt", "root/.d.txt", "root/.hidden/e.txt", "elsewhere/f.txt"] {
            fs::write(at(file), "")?;
        }
        std::os::unix::fs::symlink(at("root"), at("root/b/up"))?;
        std::os::unix::fs::symlink(at("elsewhere"), at("root/link"))?;
        std::os::unix::fs::symlink(at("nowhere"), at("root/broken.txt"))?;
        let found: Vec<_> = Folder::new(at("root"))
            .map(|file| file.unwrap_or_else(|(path, _)| path))
            .map(|path| path.strip_prefix(at("root")).unwrap_or(&path).display().to_string())
            .collect();
        assert_eq!(found, ["a.txt", "b/z.txt", "broken.txt", "c.txt", "link/f.txt"]);
        Ok(())
    }
}
