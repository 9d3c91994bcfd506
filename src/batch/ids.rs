//! Every id once: the second document that has it is an error, and keeps it, so that nothing is lost silently.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use signataire::record::Failure;

use super::Entry;

/// 128 bits that stand for an id, so that a million ids take some 40 MB, however long they are.
pub type Key = [u8; 16];

pub fn key(id: &str) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(&Sha256::digest(id)[..16]);
    key
}

/// The ids met so far, each with the number of its first document.
#[derive(Default)]
pub struct Ids {
    seen: HashMap<Key, u64>,
    count: u64,
}

impl Ids {
    /// Makes an entry whose id is taken a failure, and says which; the entry is not counted.
    pub fn hold(&self, entry: &mut Entry) -> Option<Failure> {
        let first = self.seen.get(&key(&entry.document.id))?;
        let message = format!("{}: the id \"{}\" is that of document {first}", entry.place, entry.document.id);
        let failure = Failure { code: "duplicate-id".to_owned(), message };
        entry.document.text = String::new();
        entry.failure = Some(failure.clone());
        Some(failure)
    }

    /// Counts an entry; makes it a failure where its id is taken, and says which.
    pub fn admit(&mut self, entry: &mut Entry) -> Option<Failure> {
        let failure = self.hold(entry);
        self.count += 1;
        if failure.is_none() {
            self.seen.insert(key(&entry.document.id), self.count);
        }
        failure
    }
}
