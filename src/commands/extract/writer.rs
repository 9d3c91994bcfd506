//! Results to the output, in their order: ids once, failures told, counts kept; and how a run begins and ends.

use std::{
    io::{self, BufRead, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    form::{Form, Format},
    reader::{Outcome, Reader},
};
use crate::{
    batch::{Batch, Item, ids::Ids},
    commands::{Done, Stop, complaint, output::Output, progress::Progress},
};

pub struct Writer {
    out: Output,
    form: Form,
    ids: Ids,
    pub progress: Progress,
    /// Whether it was told that the run is being stopped.
    told: bool,
}

/// What an earlier run left, held against the documents.
#[derive(Default)]
struct Kept {
    /// Records that stand, and their bytes.
    records: u64,
    bytes: u64,
    /// The first document whose record does not.
    pending: Option<Item>,
    /// Whether there is a whole record.
    any: bool,
}

impl Writer {
    pub fn new(out: Output, form: Form, progress: Progress) -> Self {
        Writer { out, form, ids: Ids::default(), progress, told: false }
    }

    /// Tells of what is taken over from earlier runs, and clears what is not.
    pub fn begin(&mut self, resume: bool, reader: &Reader) -> Result<(), Stop> {
        let strange = reader.earlier.as_ref().map_or(0, |earlier| earlier.strange);
        if strange > 0 {
            self.progress.say(&format!("--only-stale: lines that are no records, and are left out: {strange}"));
        }
        if let Output::File(partial) = &mut self.out
            && !resume
        {
            if partial.left() > 0 {
                self.progress
                    .say(&format!("{}: left by a run that was broken off, and begun anew (--resume goes on with it)", partial.path().display()));
            }
            partial.cut(0)?;
        }
        Ok(())
    }

    /// Keeps the records of an earlier run that this run would make, up to the first that it would not. Gives the document of that one.
    ///
    /// # Errors
    /// Not one of its records is kept: another command wrote them. The partial file stays as it is.
    pub fn resume(&mut self, batch: &mut Batch, reader: &Reader, stop: &AtomicBool) -> Result<Option<Item>, Stop> {
        let Output::File(partial) = &mut self.out else { return Ok(None) };
        let left = partial.reader()?;
        let kept = held(left, batch, reader, &mut self.ids, &mut self.progress, stop);
        let kept = match kept {
            Ok(kept) if !stop.load(Ordering::SeqCst) => kept,
            Ok(_) => return Err(self.leave(Stop::Interrupted("stopped while the records of the earlier run were looked at".to_owned()))),
            Err(error) => return Err(self.leave(Stop::Output(error))),
        };
        let Output::File(partial) = &mut self.out else { return Ok(None) };
        if kept.any && kept.records == 0 {
            let path = partial.path().display().to_string();
            let message = format!("{path}: not what this command gives (other documents, rules or options): delete it, or leave out --resume");
            return Err(self.leave(Stop::Usage(message)));
        }
        partial.cut(kept.bytes)?;
        self.progress.begin();
        Ok(kept.pending)
    }

    pub fn write(&mut self, outcome: Outcome, reader: &Reader) -> io::Result<()> {
        let Outcome { mut entry, mut body, copied } = outcome;
        if let Some(failure) = self.ids.admit(&mut entry) {
            body = reader.refusal(&entry, &failure);
        }
        let text = format!("{}{}", self.form.before(self.progress.counts.documents), body?);
        self.put(&text)?;
        let counts = &mut self.progress.counts;
        counts.documents += 1;
        counts.bytes += entry.document.source.bytes;
        counts.copied += u64::from(copied && entry.failure.is_none());
        if let Some(failure) = &entry.failure {
            counts.failed += 1;
            if self.form.format != Format::Summary || !self.out.is_terminal() {
                self.progress.say(&complaint(&entry, failure));
            }
        }
        self.progress.tick();
        Ok(())
    }

    /// Some time has passed.
    pub fn tick(&mut self, stopping: bool) {
        if stopping && !std::mem::replace(&mut self.told, true) {
            self.progress.say("stopping when the documents at hand are done; once more to stop at once");
        }
        self.progress.tick();
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        match self.form.format {
            Format::Summary => self.out.styled(text),
            _ => self.out.write_all(text.as_bytes()),
        }
    }

    fn after(&mut self) -> io::Result<()> {
        let counts = self.progress.counts;
        self.put(&self.form.after(counts.documents, counts.failed))
    }

    pub fn finish(mut self) -> Result<Done, Stop> {
        if let Err(error) = self.after() {
            return Err(self.leave(Stop::Output(error)));
        }
        let Writer { out, form, mut progress, .. } = self;
        let told = form.format != Format::Summary || !out.is_terminal();
        out.finish()?;
        progress.close(told);
        Ok(if progress.counts.failed > 0 { Done::Some } else { Done::All })
    }

    /// Ends before the end: what is done is written, and where it is is told.
    pub fn interrupt(mut self) -> Result<Done, Stop> {
        match self.after().and_then(|()| self.out.flush()) {
            Ok(()) => {
                let message = format!("stopped after {} documents", self.progress.counts.documents);
                Err(self.leave(Stop::Interrupted(message)))
            }
            Err(error) => Err(self.leave(Stop::Output(error))),
        }
    }

    /// Ends before the end, for a reason.
    pub fn leave(&mut self, stop: Stop) -> Stop {
        self.progress.clear();
        let out = std::mem::replace(&mut self.out, Output::Stdout(io::stdout()));
        let Output::File(partial) = out else { return stop };
        let Some(path) = partial.leave() else { return stop };
        let more = if self.form.format == Format::Jsonl { "; the same command with --resume goes on from there" } else { "" };
        stop.with(&format!("what is done is in {}{more}", path.display()))
    }
}

/// Holds the records of a partial file against the documents, one by one, as long as they agree.
fn held(mut left: impl BufRead, batch: &mut Batch, reader: &Reader, ids: &mut Ids, progress: &mut Progress, stop: &AtomicBool) -> io::Result<Kept> {
    let mut kept = Kept::default();
    let mut line = Vec::new();
    while left.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") && !stop.load(Ordering::SeqCst) {
        kept.any = true;
        let Some(item) = batch.next() else { break };
        let mut entry = Reader::entry(item.clone());
        ids.hold(&mut entry);
        let Some(failed) = reader.gives(&entry, &line) else {
            kept.pending = Some(item);
            break;
        };
        ids.admit(&mut entry);
        kept.records += 1;
        kept.bytes += line.len() as u64;
        let counts = &mut progress.counts;
        counts.documents += 1;
        counts.kept += 1;
        counts.bytes += entry.document.source.bytes;
        counts.failed += u64::from(failed);
        progress.tick();
        line.clear();
    }
    Ok(kept)
}
