//! Half-open ranges that cannot be mixed up: each names the sequence that it indexes.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, ops::Range};

/// Marks a span in bytes of the decoded source.
pub enum Source {}
/// Marks a span in bytes of the cleaned view.
pub enum Clean {}
/// Marks a span in tokens.
pub enum Tok {}

/// `start..end` in the sequence `T`; the end is excluded.
pub struct Span<T> {
    pub start: u32,
    pub end: u32,
    sequence: PhantomData<fn() -> T>,
}

impl<T> Span<T> {
    pub const fn new(start: u32, end: u32) -> Self {
        Span { start, end, sequence: PhantomData }
    }

    /// From sizes of things in memory. Longer inputs than `u32::MAX` are refused before a span is made.
    pub const fn of(start: usize, end: usize) -> Self {
        Span::new(start as u32, end as u32)
    }

    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span over both.
    pub fn cover(self, other: Self) -> Self {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }
}

// Written by hand: a derive would ask the marker for traits that it need not have.
impl<T> Clone for Span<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Span<T> {}
impl<T> PartialEq for Span<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.end) == (other.start, other.end)
    }
}
impl<T> Eq for Span<T> {}
impl<T> PartialOrd for Span<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Span<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.start, self.end).cmp(&(other.start, other.end))
    }
}
impl<T> hash::Hash for Span<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        (self.start, self.end).hash(state);
    }
}
impl<T> fmt::Debug for Span<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
