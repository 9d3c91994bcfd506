//! Which language each block is in: the function words of each pack vote, and short blocks follow their neighbours.

use rustc_hash::FxHashMap;

use crate::{
    layout::Layout,
    lexicon::{Hits, LangId},
    rules::load::RuleSet,
    token::Tokens,
};

/// Languages that function words give away, though no pack reads them, are listed in this class, with their code as value.
const OTHERS: &str = "stopword-other";
const OWN: &str = "stopword";

/// What was found.
#[derive(Debug, Default)]
pub struct Detected {
    /// Of each block; `any` (0) where no pack reads it.
    pub blocks: Vec<LangId>,
    /// Codes, main language first, by number of tokens.
    pub document: Vec<String>,
}

/// `forced` takes the place of all evidence; `hint` serves where there is none.
pub fn detect(set: &RuleSet, tokens: &Tokens, layout: &Layout, hits: &Hits, forced: Option<&str>, hint: Option<&str>) -> Detected {
    if let Some(code) = forced {
        let id = set.languages.id(code).unwrap_or(0);
        return Detected { blocks: vec![id; layout.blocks.len()], document: vec![code.to_owned()] };
    }
    let (own, others) = (set.lexicon.class(OWN), set.lexicon.class(OTHERS));
    let mut codes: Vec<Option<String>> = Vec::new();
    let mut sizes: FxHashMap<String, usize> = FxHashMap::default();
    for block in &layout.blocks {
        let mut votes: FxHashMap<&str, usize> = FxHashMap::default();
        for t in block.tokens.range() {
            for hit in hits.at(t) {
                if hit.len == 1 && Some(hit.class) == own {
                    *votes.entry(set.languages.name(hit.lang)).or_default() += 1;
                } else if hit.len == 1 && Some(hit.class) == others {
                    *votes.entry(set.lexicon.value(*hit)).or_default() += 1;
                }
            }
            if tokens.key(t).chars().next().is_some_and(is_arabic) {
                *votes.entry("ar").or_default() += 1;
            }
        }
        // A tie goes to the code that comes first in the alphabet: no order of a map may show.
        let best = votes.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
        let code = best.filter(|&(_, n)| n * 20 >= block.tokens.len()).map(|(code, _)| code.to_owned());
        if let Some(code) = &code {
            *sizes.entry(code.clone()).or_default() += block.tokens.len();
        }
        codes.push(code);
    }
    let mut document: Vec<(String, usize)> = sizes.into_iter().collect();
    document.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let total: usize = document.iter().map(|d| d.1).sum();
    // A stray line (an address, a motto) makes no language of the document.
    document.retain(|d| d.1 * 10 >= total);
    if document.is_empty() {
        document.extend(hint.map(|code| (code.to_owned(), 0)));
    }
    let main = document.first().map(|d| d.0.clone());
    let known = |code: &Option<String>| code.as_ref().filter(|c| document.iter().any(|d| d.0 == **c)).cloned();
    let mut last: Option<String> = None;
    let blocks = codes
        .iter()
        .map(|code| {
            let code = known(code).or_else(|| last.clone()).or_else(|| main.clone());
            last.clone_from(&code);
            code.and_then(|c| set.languages.id(&c)).unwrap_or(0)
        })
        .collect();
    Detected { blocks, document: document.into_iter().map(|d| d.0).collect() }
}

/// The script gives Arabic away.
fn is_arabic(c: char) -> bool {
    ('\u{0620}'..='\u{064A}').contains(&c) || ('\u{0671}'..='\u{06D3}').contains(&c)
}
