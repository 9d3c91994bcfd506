//! From the bytes of a document to its record as it is written: what a worker does, with no memory of other documents.

use std::io;

use signataire::{
    Extractor,
    record::{Failure, Record},
};

use super::{
    earlier::{Earlier, Head},
    form::Form,
};
use crate::{
    batch::{Entry, Item},
    bug,
    source::Fault,
};

pub struct Reader {
    pub extractor: Extractor,
    pub form: Form,
    pub earlier: Option<Earlier>,
}

/// A record on its way to the output.
pub struct Outcome {
    /// Without its text.
    pub entry: Entry,
    pub body: io::Result<String>,
    pub copied: bool,
}

impl Reader {
    pub fn read(&self, item: Item) -> Outcome {
        let mut entry = Self::entry(item);
        let (body, copied) = self.body(&mut entry);
        entry.document.text = String::new();
        Outcome { entry, body, copied }
    }

    /// A panic in here is the failure of the document, too.
    pub fn entry(item: Item) -> Entry {
        let head = item.head();
        bug::catch(|| item.read()).unwrap_or_else(|words| head.broken(&Fault::Bug(words)))
    }

    fn body(&self, entry: &mut Entry) -> (io::Result<String>, bool) {
        let made = caught(entry, |entry| {
            let earlier = self.earlier.as_ref().and_then(|earlier| earlier.record(entry, &self.extractor));
            let copied = earlier.is_some();
            let record = earlier.unwrap_or_else(|| warned(self.extractor.extract(&entry.document), entry));
            (self.form.body(&record), copied)
        });
        made.unwrap_or_else(|failure| (self.refusal(entry, &failure), false))
    }

    /// The record of a failure.
    pub fn refusal(&self, entry: &Entry, failure: &Failure) -> io::Result<String> {
        self.form.body(&warned(self.extractor.refuse(&entry.document, failure.clone()), entry))
    }

    /// Whether a line that was written before is what this entry gives, and then, whether it is a failure.
    pub fn gives(&self, entry: &Entry, line: &[u8]) -> Option<bool> {
        if let Some(failure) = &entry.failure {
            return self.refusal(entry, failure).is_ok_and(|body| body.as_bytes() == line).then_some(true);
        }
        let head = Head::parse(line).filter(|head| head.is_of(entry, &self.extractor))?;
        match head.error {
            None => Some(false),
            // A document that the engine could not bear then, it will not bear now.
            Some(error) => (error.code == "bug").then_some(true),
        }
    }
}

/// Does something with a document that can be read. Where that panics, the document is one that cannot be.
fn caught<T>(entry: &mut Entry, act: impl FnOnce(&Entry) -> T) -> Result<T, Failure> {
    if let Some(failure) = &entry.failure {
        return Err(failure.clone());
    }
    bug::catch(|| act(entry)).map_err(|words| entry.failure.insert(Fault::Bug(words).failure()).clone())
}

/// What the input has to be warned of comes first.
fn warned(mut record: Record, entry: &Entry) -> Record {
    record.warnings.splice(0..0, entry.warnings.iter().cloned());
    record
}

#[cfg(test)]
mod tests {
    use signataire::Document;

    use super::*;
    use crate::commands::extract::form::Format;

    #[test]
    fn a_panic_costs_one_document() {
        let extractor = Extractor::builtin().expect("the rules have no fault");
        let reader = Reader { extractor, form: Form { format: Format::Jsonl, one: false, width: 80 }, earlier: None };
        let mut entry = Entry { document: Document { id: "a".into(), text: "t".into(), ..Document::default() }, ..Entry::default() };
        let failure = caught(&mut entry, |entry| {
            if entry.document.id == "a" {
                panic!("as intended")
            }
        })
        .expect_err("it panics");
        let record: Record = serde_json::from_str(&reader.refusal(&entry, &failure).expect("JSON")).expect("a record");
        assert_eq!((record.id.as_str(), &record.error, &entry.failure), ("a", &Some(failure.clone()), &Some(failure.clone())));
        assert_eq!(failure.code, "bug");
        assert!(failure.message.contains("reader.rs:") && failure.message.contains("as intended; please report it"), "{}", failure.message);
        // The next document is read as if nothing had been.
        let mut next = Entry { document: Document { id: "b".into(), text: "t".into(), ..Document::default() }, ..Entry::default() };
        assert!(reader.body(&mut next).0.is_ok_and(|body| body.contains("\"b\"")) && next.failure.is_none());
    }
}
