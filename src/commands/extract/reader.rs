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
        if let Some(failure) = &entry.failure {
            return (self.refusal(entry, failure), false);
        }
        let made = bug::catch(|| {
            let earlier = self.earlier.as_ref().and_then(|earlier| earlier.record(entry, &self.extractor));
            let copied = earlier.is_some();
            let record = earlier.unwrap_or_else(|| warned(self.extractor.extract(&entry.document), entry));
            (self.form.body(&record), copied)
        });
        made.unwrap_or_else(|words| {
            let failure = Fault::Bug(words).failure();
            let body = self.refusal(entry, &failure);
            entry.failure = Some(failure);
            (body, false)
        })
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

/// What the input has to be warned of comes first.
fn warned(mut record: Record, entry: &Entry) -> Record {
    record.warnings.splice(0..0, entry.warnings.iter().cloned());
    record
}
