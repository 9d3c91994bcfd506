//! How far a batch is, on a terminal's last line, and how it went, in a closing line. Into a file or a pipe only faults are told.

use std::{
    io::{self, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How often the line is drawn.
const REDRAW: Duration = Duration::from_millis(200);

/// Before this no time is told: too little is known.
const EARLY: Duration = Duration::from_secs(2);

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub documents: u64,
    pub failed: u64,
    /// Taken over from older records.
    pub copied: u64,
    /// Taken over from the run that is gone on with.
    pub kept: u64,
    /// Of the documents before decoding, without those of the run that is gone on with.
    pub bytes: u64,
}

pub struct Progress {
    pub counts: Counts,
    quiet: bool,
    /// Whether standard error is a terminal that can be drawn on.
    live: bool,
    drawn: bool,
    started: Instant,
    last: Instant,
    /// Bytes read from the disk.
    read: Arc<AtomicU64>,
    /// Those of them that the time is not counted for.
    before: u64,
    /// Those that there are; 0 while that is not known.
    total: Arc<AtomicU64>,
}

impl Progress {
    /// `drawable`: nothing else is written to the terminal.
    pub fn new(quiet: bool, drawable: bool, read: Arc<AtomicU64>) -> Self {
        let live = drawable && !quiet && io::stderr().is_terminal();
        let now = Instant::now();
        Progress { counts: Counts::default(), quiet, live, drawn: false, started: now, last: now, read, before: 0, total: Arc::default() }
    }

    /// Finds out how much there is, if that is to be shown, beside everything else.
    pub fn measure(&self, total: impl FnOnce() -> Option<u64> + Send + 'static) {
        if self.live {
            let to = Arc::clone(&self.total);
            // Without the thread the line lacks the time.
            let _ = std::thread::Builder::new().spawn(move || to.store(total().unwrap_or(0), Ordering::Relaxed));
        }
    }

    /// What comes now is new: speed is counted from here.
    pub fn begin(&mut self) {
        self.counts.bytes = 0;
        self.before = self.read.load(Ordering::Relaxed);
        self.started = Instant::now();
    }

    pub fn tick(&mut self) {
        if self.live && self.last.elapsed() >= REDRAW {
            self.last = Instant::now();
            let left = |count: &AtomicU64| count.load(Ordering::Relaxed).saturating_sub(self.before);
            let share = share(left(&self.read), left(&self.total));
            draw(&line(&self.counts, self.started.elapsed(), share));
            self.drawn = true;
        }
    }

    /// A line that stays.
    pub fn say(&mut self, message: &str) {
        if !self.quiet {
            self.clear();
            eprintln!("signataire: {message}");
        }
    }

    pub fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            draw("");
        }
    }

    /// The closing line: on a terminal, and where some of many documents failed.
    pub fn close(&mut self, told: bool) {
        self.clear();
        if told && (self.live || (self.counts.failed > 0 && self.counts.documents > 1)) {
            self.say(&closing(&self.counts, self.started.elapsed()));
        }
    }
}

/// Writes over the terminal's last line; who cannot be told is not told.
fn draw(line: &str) {
    let _ = io::stderr().write_all(format!("\r\x1b[K{line}").as_bytes());
}

fn share(read: u64, total: u64) -> Option<f64> {
    (total > 0).then(|| (read as f64 / total as f64).min(1.0))
}

fn line(counts: &Counts, elapsed: Duration, share: Option<f64>) -> String {
    let mut line = counted(counts);
    if elapsed >= EARLY {
        line.push_str(&format!("  {}", speed(counts.bytes, elapsed)));
    }
    match share {
        Some(share) if share > 0.0 && elapsed >= EARLY => {
            line.push_str(&format!("  {:.0} %  {} left", share * 100.0, clock(elapsed.mul_f64((1.0 - share) / share))));
        }
        _ => {}
    }
    line
}

fn counted(counts: &Counts) -> String {
    let more = [(counts.failed, "not read"), (counts.copied, "copied"), (counts.kept, "done before")];
    let more: Vec<_> = more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let documents = if counts.documents == 1 { "1 document".to_owned() } else { format!("{} documents", counts.documents) };
    if more.is_empty() { documents } else { format!("{documents}, {}", more.join(", ")) }
}

fn closing(counts: &Counts, elapsed: Duration) -> String {
    let size = counts.bytes as f64 / 1e6;
    format!("{}; {size:.1} MB in {}, {}", counted(counts), clock(elapsed), speed(counts.bytes, elapsed))
}

fn speed(bytes: u64, elapsed: Duration) -> String {
    format!("{:.1} MB/s", bytes as f64 / 1e6 / elapsed.as_secs_f64().max(1e-3))
}

/// "12 s", "3:05", "2:03:05".
fn clock(time: Duration) -> String {
    let all = time.as_secs();
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let seconds = Duration::from_secs;
        let counts = Counts { documents: 1200, failed: 3, bytes: 36_000_000, ..Counts::default() };
        assert_eq!(line(&counts, seconds(1), Some(0.5)), "1200 documents, 3 not read");
        assert_eq!(line(&counts, seconds(12), None), "1200 documents, 3 not read  3.0 MB/s");
        assert_eq!(line(&counts, seconds(60), share(1, 4)), "1200 documents, 3 not read  0.6 MB/s  25 %  3:00 left");
        assert_eq!(share(5, 0), None);
        assert_eq!(closing(&Counts { documents: 1, ..Counts::default() }, Duration::ZERO), "1 document; 0.0 MB in 0 s, 0.0 MB/s");
        let counts = Counts { copied: 1000, kept: 200, ..counts };
        assert_eq!(closing(&counts, seconds(7385)), "1200 documents, 3 not read, 1000 copied, 200 done before; 36.0 MB in 2:03:05, 0.0 MB/s");
    }
}
