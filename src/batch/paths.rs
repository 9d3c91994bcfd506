//! Arguments, and lists of paths, to files: folders are walked, patterns matched. Nothing is opened.

use std::{
    collections::VecDeque,
    ffi::OsString,
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use super::{InputFormat, open};
use crate::{folder::Folder, source::Fault};

/// What is to be read.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Files, folders, patterns, `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// A file, or `-`, with a path a line.
    pub list: Option<PathBuf>,
    pub format: InputFormat,
    /// Files that folders are read without: what is being written, or was.
    pub skip: Vec<PathBuf>,
    /// Says nothing of folders without documents.
    pub quiet: bool,
}

/// Something to read, or why it cannot be found. `below` is the path that ids begin with.
#[derive(Debug)]
pub enum Found {
    Stdin,
    File {
        path: PathBuf,
        below: PathBuf,
    },
    Fault {
        path: PathBuf,
        below: PathBuf,
        fault: Fault,
    },
    /// A folder that has been walked, without a file to read in it.
    Nothing(PathBuf),
}

/// Inputs laid out, in order.
pub struct Paths {
    format: InputFormat,
    arguments: VecDeque<PathBuf>,
    list: Option<(PathBuf, Box<dyn BufRead + Send>)>,
    skip: Vec<PathBuf>,
    /// What is being walked, outermost first.
    walks: Vec<Walk>,
}

struct Walk {
    /// Ids are paths below this.
    base: PathBuf,
    files: Files,
    /// Whether a file was found.
    found: bool,
}

enum Files {
    Folder(Folder),
    Pattern { text: String, paths: Box<glob::Paths> },
}

impl Inputs {
    /// # Errors
    /// The list cannot be opened.
    pub fn lay_out(&self) -> io::Result<Paths> {
        let list: Option<Box<dyn BufRead + Send>> = match &self.list {
            Some(path) if path.as_os_str() == "-" => Some(Box::new(BufReader::new(io::stdin()))),
            Some(path) => Some(Box::new(BufReader::new(File::open(path)?))),
            None => None,
        };
        let skip = self.skip.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        let list = self.list.clone().zip(list);
        Ok(Paths { format: self.format, arguments: self.paths.iter().cloned().collect(), list, skip, walks: Vec::new() })
    }

    /// Whether the paths can be laid out twice.
    pub fn are_files(&self) -> bool {
        self.paths.iter().chain(&self.list).all(|path| path.as_os_str() != "-")
    }

    /// Whether these are one document whatever they hold: one text file.
    pub fn is_one_text(&self) -> bool {
        match self.paths.as_slice() {
            [path] if self.list.is_none() && !path.is_dir() && (path.exists() || !is_pattern(path)) => match self.format {
                InputFormat::Auto => path.as_os_str() != "-" && !holds_lines(path),
                InputFormat::Text => true,
                InputFormat::Jsonl => false,
            },
            _ => false,
        }
    }
}

impl Paths {
    /// The next line of the list that is not blank.
    fn listed(&mut self) -> Option<Result<PathBuf, Found>> {
        let (name, reader) = self.list.as_mut()?;
        loop {
            let mut line = Vec::new();
            match reader.read_until(b'\n', &mut line) {
                Ok(0) => self.list = None,
                Ok(_) => {
                    let line = line.trim_ascii_end();
                    if line.is_empty() {
                        continue;
                    }
                    return Some(Ok(PathBuf::from(os_string(line))));
                }
                Err(error) => {
                    let path = name.clone();
                    self.list = None;
                    return Some(Err(Found::Fault { below: path.clone(), path, fault: error.into() }));
                }
            }
            return None;
        }
    }

    /// A file is found, a folder or a pattern is to be walked.
    fn enter(&mut self, path: PathBuf, below: PathBuf, base: PathBuf) -> Option<Found> {
        if path.is_dir() {
            self.walks.push(Walk { base, files: Files::Folder(Folder::new(path)), found: false });
            return None;
        }
        Some(Found::File { path, below })
    }

    fn argument(&mut self, path: PathBuf) -> Option<Found> {
        if path.as_os_str() == "-" {
            return Some(Found::Stdin);
        }
        if is_pattern(&path) && !path.exists() {
            const LIKE_A_SHELL: glob::MatchOptions =
                glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
            let text = path.to_string_lossy().into_owned();
            if let Ok(paths) = glob::glob_with(&text, LIKE_A_SHELL) {
                self.walks.push(Walk { base: fixed_part(&path), files: Files::Pattern { text, paths: Box::new(paths) }, found: false });
                return None;
            }
        }
        let below = path.file_name().map(PathBuf::from).unwrap_or_default();
        self.enter(path.clone(), below, path)
    }

    /// The next file of the walk at hand, where it is one to read.
    fn step(&mut self) -> Option<Found> {
        let walk = self.walks.last_mut()?;
        let below = |path: &Path, base: &Path| path.strip_prefix(base).unwrap_or(path).to_owned();
        match &mut walk.files {
            Files::Folder(folder) => match folder.next() {
                Some(Ok(path)) => {
                    if !(is_document(&path, self.format)
                        && (self.skip.is_empty() || !fs::canonicalize(&path).is_ok_and(|real| self.skip.contains(&real))))
                    {
                        return None;
                    }
                    walk.found = true;
                    Some(Found::File { below: below(&path, &walk.base), path })
                }
                Some(Err((path, error))) => {
                    walk.found = true;
                    Some(Found::Fault { below: below(&path, &walk.base), path, fault: error.into() })
                }
                None => {
                    let nothing = (!walk.found).then(|| Found::Nothing(folder.root.clone()));
                    self.leave();
                    nothing
                }
            },
            Files::Pattern { text, paths } => match paths.next() {
                Some(Ok(path)) => {
                    walk.found = true;
                    // What lies below a folder is matched by `**` itself.
                    if text.contains("**") && path.is_dir() {
                        return None;
                    }
                    let (below, base) = (below(&path, &walk.base), walk.base.clone());
                    self.enter(path, below, base)
                }
                Some(Err(error)) => {
                    walk.found = true;
                    let path = error.path().to_owned();
                    Some(Found::Fault { below: below(&path, &walk.base), path, fault: io::Error::from(error).into() })
                }
                None => {
                    let nothing = (!walk.found).then(|| {
                        let path = PathBuf::from(&text);
                        Found::Fault { below: path.clone(), path, fault: Fault::Unreadable("no file has a name like this".to_owned()) }
                    });
                    self.leave();
                    nothing
                }
            },
        }
    }

    fn leave(&mut self) {
        self.walks.pop();
    }
}

impl Iterator for Paths {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let found = if !self.walks.is_empty() {
                self.step()
            } else if let Some(path) = self.arguments.pop_front() {
                self.argument(path)
            } else {
                match self.listed()? {
                    Ok(path) => {
                        let below = path.strip_prefix(".").unwrap_or(&path).to_owned();
                        self.enter(path, below, PathBuf::from("."))
                    }
                    Err(found) => Some(found),
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

/// Whether a folder is read with this file.
fn is_document(path: &Path, format: InputFormat) -> bool {
    match inner_extension(path).as_deref() {
        Some("txt") => format != InputFormat::Jsonl,
        Some("jsonl") => format != InputFormat::Text,
        _ => false,
    }
}

/// Whether a name says that each line is a document.
pub fn holds_lines(path: &Path) -> bool {
    matches!(inner_extension(path).as_deref(), Some("jsonl" | "ndjson"))
}

/// The extension in lower case; where the file is packed, the one before.
fn inner_extension(path: &Path) -> Option<String> {
    open::extension(&unpacked(path))
}

/// A path without `.gz` or `.zst`.
pub fn unpacked(path: &Path) -> PathBuf {
    match open::extension(path) {
        Some(extension) if open::PACKED.contains(&extension.as_str()) => path.with_extension(""),
        _ => path.to_owned(),
    }
}

fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?[".contains(byte))
}

/// The folders that a pattern begins with.
fn fixed_part(pattern: &Path) -> PathBuf {
    pattern.iter().take_while(|part| !is_pattern(Path::new(part))).collect()
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_owned())
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> io::Result<tempfile::TempDir> {
        let home = tempfile::tempdir()?;
        for file in files {
            let path = home.path().join(file);
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(path, "")?;
        }
        Ok(home)
    }

    /// The paths below their base, `!` for a fault.
    fn laid_out(inputs: &Inputs) -> io::Result<String> {
        let words: Vec<_> = inputs
            .lay_out()?
            .map(|found| match found {
                Found::Stdin => "-".to_owned(),
                Found::File { below, .. } => below.display().to_string(),
                Found::Fault { fault, .. } => format!("!{fault}"),
                Found::Nothing(_) => "nothing".to_owned(),
            })
            .collect();
        Ok(words.join(" "))
    }

    #[test]
    fn folders_patterns_and_lists() -> io::Result<()> {
        let home = folder(&["in/b.txt", "in/a.jsonl.gz", "in/c.md", "in/d/e.txt.ZST", "in/d/.f.txt", "in/[x].txt", "empty/g.md", "list"])?;
        let at = |name: &str| home.path().join(name);
        let check = |paths: &[&str], expected: &str| -> io::Result<()> {
            let paths = paths.iter().map(|path| if *path == "-" { PathBuf::from("-") } else { at(path) }).collect();
            assert_eq!(laid_out(&Inputs { paths, ..Inputs::default() })?, expected);
            Ok(())
        };
        check(&["in", "-", "in/c.md"], "[x].txt a.jsonl.gz b.txt d/e.txt.ZST - c.md")?;
        check(&["empty", "in/none.txt"], "nothing none.txt")?;
        check(&["in/*.txt", "in/?.md", "in/[x].txt"], "[x].txt b.txt c.md [x].txt")?;
        check(&["i*/[bc].*"], "in/b.txt in/c.md")?;
        check(&["in/*"], "[x].txt a.jsonl.gz b.txt c.md d/e.txt.ZST")?;
        check(&["in/**/*.t*"], "[x].txt b.txt d/e.txt.ZST")?;
        check(&["in/*.pdf"], "!no file has a name like this")?;
        fs::write(at("list"), format!("{}\r\n\n{}\n", at("in/d").display(), at("in/c.md").display()))?;
        let listed = laid_out(&Inputs { list: Some(at("list")), ..Inputs::default() })?;
        assert_eq!(listed, format!("{} {}", at("in/d/e.txt.ZST").display(), at("in/c.md").display()));
        assert!(Inputs { list: Some(at("nowhere")), ..Inputs::default() }.lay_out().is_err());
        Ok(())
    }

    #[test]
    fn one_text() {
        let one = |paths: &[&str], list: Option<&str>| {
            let paths = paths.iter().map(PathBuf::from).collect();
            Inputs { paths, list: list.map(PathBuf::from), ..Inputs::default() }.is_one_text()
        };
        assert!(one(&["a.txt"], None) && one(&["a.txt.gz"], None) && one(&["nowhere"], None));
        assert!(
            !one(&["a.jsonl.zst"], None) && !one(&["-"], None) && !one(&["*.txt"], None) && !one(&["a.txt"], Some("list")) && !one(&["src"], None)
        );
    }
}
