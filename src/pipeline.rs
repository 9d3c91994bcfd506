//! Work on many threads, results in the order of the items, a bounded number of them in memory.
//!
//! One thread takes items from an iterator and numbers them; the workers take them as they come; the caller's thread puts the results
//! back in order. What the caller sees is what one thread would give: a result depends on its item alone, and nothing else is passed on.
//! An item is let in once the window has room for it: what is in flight is bounded however slow the first of it is.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

/// How much is in flight at most, for each worker. A document that is larger than all the room goes alone.
const DOCUMENTS: usize = 32;
const BYTES: usize = 2 << 20;

/// How often the caller is called when nothing comes.
const TICK: Duration = Duration::from_millis(100);

/// What happens next, for the caller.
pub enum Event<T> {
    Result(T),
    /// Some time has passed.
    Tick,
}

/// Why a run ends before its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Broken<E> {
    /// The caller said so.
    Caller(E),
    /// A thread of this module could not be started, or ended early: results would be missing.
    Thread(String),
}

/// Items in flight.
struct Window {
    taken: Mutex<(usize, usize)>,
    freed: Condvar,
    room: (usize, usize),
}

impl Window {
    fn new(jobs: usize) -> Self {
        Window { taken: Mutex::default(), freed: Condvar::new(), room: (jobs.saturating_mul(DOCUMENTS), jobs.saturating_mul(BYTES)) }
    }

    fn enter(&self, size: usize) {
        let full = |taken: &mut (usize, usize)| taken.0 > 0 && (taken.0 >= self.room.0 || taken.1 + size > self.room.1);
        let mut taken = self.freed.wait_while(lock(&self.taken), full).unwrap_or_else(PoisonError::into_inner);
        *taken = (taken.0 + 1, taken.1 + size);
    }

    fn leave(&self, size: usize) {
        let mut taken = lock(&self.taken);
        *taken = (taken.0 - 1, taken.1 - size);
        self.freed.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An item on its way, with its number and its size.
type Numbered<I> = (u64, usize, I);

/// Does `work` on each item with `jobs` threads and calls `each` with the results, in the order of the items, until all is done,
/// `each` fails, or `stop` is set: then what was let in is finished, and no more is.
///
/// # Errors
/// What `each` says, or a thread that is lost.
pub fn run<I, T, E>(
    items: impl Iterator<Item = I> + Send + 'static,
    jobs: usize,
    size: fn(&I) -> usize,
    stop: &Arc<AtomicBool>,
    work: impl Fn(I) -> T + Send + Sync + 'static,
    mut each: impl FnMut(Event<T>) -> Result<(), E>,
) -> Result<(), Broken<E>>
where
    I: Send + 'static,
    T: Send + 'static,
{
    let window = Arc::new(Window::new(jobs));
    let sent = Arc::new(AtomicU64::new(0));
    let whole = Arc::new(AtomicBool::new(false));
    let (to_workers, queue) = mpsc::channel();
    let (to_caller, results) = mpsc::channel();

    let reader = (Arc::clone(&window), Arc::clone(&sent), Arc::clone(stop), Arc::clone(&whole));
    start("reader", move || {
        let (window, sent, stop, whole) = reader;
        feed(items, size, &to_workers, &window, &sent, &stop);
        // Not reached when the iterator panics.
        whole.store(true, Ordering::SeqCst);
    })?;
    let queue = Arc::new(Mutex::new(queue));
    let work = Arc::new(work);
    for _ in 0..jobs {
        let (queue, work, to_caller) = (Arc::clone(&queue), Arc::clone(&work), to_caller.clone());
        start("worker", move || labour(&queue, &*work, &to_caller))?;
    }
    drop((queue, to_caller));

    let mut waiting = BTreeMap::new();
    let mut next = 0;
    loop {
        match results.recv_timeout(TICK) {
            Ok((number, size, result)) => {
                waiting.insert(number, (size, result));
                while let Some((size, result)) = waiting.remove(&next) {
                    each(Event::Result(result)).map_err(Broken::Caller)?;
                    next += 1;
                    window.leave(size);
                }
            }
            Err(RecvTimeoutError::Timeout) => each(Event::Tick).map_err(Broken::Caller)?,
            Err(RecvTimeoutError::Disconnected) => break,
        }
        // The reader may be waiting for a pipe that says nothing: it is left behind.
        if stop.load(Ordering::SeqCst) && next == sent.load(Ordering::SeqCst) {
            return Ok(());
        }
    }
    if next == sent.load(Ordering::SeqCst) && whole.load(Ordering::SeqCst) {
        return Ok(());
    }
    Err(Broken::Thread(format!("a thread ended early, after {next} documents")))
}

fn start<E>(name: &str, act: impl FnOnce() + Send + 'static) -> Result<(), Broken<E>> {
    let started: io::Result<_> = thread::Builder::new().name(name.to_owned()).spawn(act);
    started.map(drop).map_err(|error| Broken::Thread(format!("no more threads: {error}")))
}

fn feed<I>(items: impl Iterator<Item = I>, size: fn(&I) -> usize, to: &Sender<Numbered<I>>, window: &Window, sent: &AtomicU64, stop: &AtomicBool) {
    for (number, item) in (0..).zip(items) {
        let bytes = size(&item);
        window.enter(bytes);
        if stop.load(Ordering::SeqCst) {
            return;
        }
        sent.store(number + 1, Ordering::SeqCst);
        if to.send((number, bytes, item)).is_err() {
            return;
        }
    }
}

fn labour<I, T>(queue: &Mutex<Receiver<Numbered<I>>>, work: &impl Fn(I) -> T, to: &Sender<Numbered<T>>) {
    loop {
        // The lock is given back before the work begins.
        let received = lock(queue).recv();
        let Ok((number, size, item)) = received else { return };
        if to.send((number, size, work(item))).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(items: impl Iterator<Item = usize> + Send + 'static, jobs: usize, work: fn(usize) -> usize) -> Result<Vec<usize>, Broken<()>> {
        let mut seen = Vec::new();
        run(
            items,
            jobs,
            |size| *size,
            &Arc::default(),
            work,
            |event| {
                if let Event::Result(result) = event {
                    seen.push(result);
                }
                Ok(())
            },
        )
        .map(|()| seen)
    }

    /// Every third item takes long; the largest is larger than all the room.
    fn uneven(item: usize) -> usize {
        if item.is_multiple_of(3) {
            thread::sleep(Duration::from_micros(300));
        }
        item * 2
    }

    #[test]
    fn order_whatever_the_threads() {
        let items = || (0..2000).chain([BYTES * 40]).chain(5..100);
        let expected: Vec<usize> = items().map(|item| item * 2).collect();
        for jobs in [1, 2, 7, 33] {
            assert_eq!(results(items(), jobs, uneven), Ok(expected.clone()), "{jobs}");
        }
        assert_eq!(results(0..0, 3, uneven), Ok(Vec::new()));
    }

    #[test]
    fn the_window_holds() {
        // The first item is slow: no more than the room is read ahead of it.
        let read = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&read);
        let items = (0..100_000_usize).inspect(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let mut ahead = None;
        let slow = |item: usize| {
            if item == 0 {
                thread::sleep(Duration::from_millis(80))
            }
        };
        let done: Result<(), Broken<()>> = run(
            items,
            2,
            |_| 1,
            &Arc::default(),
            slow,
            |event| {
                if matches!(event, Event::Result(())) {
                    ahead.get_or_insert(read.load(Ordering::SeqCst));
                }
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        assert!(ahead.is_some_and(|ahead| ahead as usize <= 2 * DOCUMENTS + 1), "{ahead:?}");
    }

    #[test]
    fn what_ends_a_run() {
        // The caller fails.
        let mut count = 0;
        let failed = run(
            0..1000,
            3,
            |_| 1,
            &Arc::default(),
            |item: i32| item,
            |event| {
                count += i32::from(matches!(event, Event::Result(_)));
                if count == 10 { Err("full") } else { Ok(()) }
            },
        );
        assert_eq!((failed, count), (Err(Broken::Caller("full")), 10));

        // Somebody stops it, while the reader waits for what never comes.
        let stop: Arc<AtomicBool> = Arc::default();
        let (keep, never) = mpsc::channel::<i32>();
        let mut seen = Vec::new();
        let stopped: Result<(), Broken<()>> = run(
            (0..20).chain(never),
            2,
            |_| 1,
            &stop,
            |item| item,
            |event| {
                match event {
                    Event::Result(item) => seen.push(item),
                    Event::Tick => stop.store(true, Ordering::SeqCst),
                }
                Ok(())
            },
        );
        assert_eq!((stopped, seen), (Ok(()), (0..20).collect()));
        drop(keep);

        // A thread that panics does not look like the end.
        let early = |item: usize| if item == 50 { panic!("as intended") } else { item };
        assert!(matches!(results(0..100, 1, early), Err(Broken::Thread(_))));
        assert!(matches!(results((0..100).map(early), 2, |item| item), Err(Broken::Thread(_))));
    }
}
