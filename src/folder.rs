//! The files below a folder, in name order, folder by folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    vec,
};

/// Walks without recursion. Hidden files and folders are passed over; links are followed, save one that leads to a folder that the
/// walk is in.
pub struct Folder {
    pub root: PathBuf,
    /// The folders that the walk is in, outermost first: where each really is, and what is left of it.
    open: Vec<(PathBuf, vec::IntoIter<PathBuf>)>,
}

impl Folder {
    pub fn new(root: PathBuf) -> Self {
        let start = vec![root.clone()];
        Folder { root, open: vec![(PathBuf::new(), start.into_iter())] }
    }

    fn enter(&mut self, path: &Path) -> io::Result<()> {
        let real = fs::canonicalize(path)?;
        if self.open.iter().any(|(open, _)| *open == real) {
            return Ok(());
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                inside.push(entry.path());
            }
        }
        inside.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
        self.open.push((real, inside.into_iter()));
        Ok(())
    }
}

impl Iterator for Folder {
    /// A file, or a folder that cannot be listed.
    type Item = Result<PathBuf, (PathBuf, io::Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(path) = self.open.last_mut()?.1.next() else {
                self.open.pop();
                continue;
            };
            if !path.is_dir() {
                return Some(Ok(path));
            }
            if let Err(error) = self.enter(&path) {
                return Some(Err((path, error)));
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
