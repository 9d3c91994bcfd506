//! A panic is a fault of this program, and costs one document: it is caught and told with its place, and the batch goes on.

use std::{
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    sync::Once,
};

thread_local! {
    /// Whether this thread is inside `catch`.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static SEEN: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Does something, or says where and why it panicked: "src/a.rs:3: index out of bounds". Nothing is printed.
///
/// What `act` shares with others must bear being left half done: here it is the memory that documents leave to the next ones, which
/// a panic drops.
pub fn catch<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| if WATCHED.get() { SEEN.set(words(info)) } else { usual(info) }));
    });
    let outer = WATCHED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(act));
    WATCHED.set(outer);
    done.map_err(|_| SEEN.take())
}

fn words(info: &PanicHookInfo) -> String {
    let payload = info.payload();
    let why = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
    match info.location() {
        Some(place) => format!("{}:{}: {why}", place.file(), place.line()),
        None => why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_are_told_with_their_place() {
        assert_eq!(catch(|| 3), Ok(3));
        let words = catch(|| [1, 2].iter().map(|n| 6 / (n - 2)).sum::<i32>()).expect_err("a panic");
        assert!(words.contains("bug.rs:") && words.ends_with(": attempt to divide by zero"), "{words}");
        let outer: Result<(), String> = catch(|| {
            let inner: Result<(), String> = catch(|| panic!("inner {}", 1));
            panic!("outer after {inner:?}")
        });
        assert!(outer.clone().is_err_and(|words| words.contains(": outer after Err(") && words.contains(": inner 1")), "{outer:?}");
        assert_eq!(catch(|| 4), Ok(4));
    }
}
