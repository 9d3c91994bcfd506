#![forbid(unsafe_code)]
#![doc = "Reads press releases and writes records."]

pub mod date;
pub mod layout;
pub mod record;
pub mod sentence;
pub mod span;
pub mod text;
pub mod token;
