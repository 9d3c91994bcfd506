//! The rules that come with the crate: their files, and the rule set that the build made of them.

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

#[cfg(test)]
mod tests {
    use crate::rules::load::RuleSet;

    #[test]
    fn the_build_made_the_rule_set() {
        let ready = postcard::from_bytes(super::READY).map(|set: RuleSet| set.hash).map_err(|error| error.to_string());
        assert_eq!(ready, RuleSet::load(RuleSet::builtin_files(), &[]).map(|set| set.hash).map_err(|errors| errors.to_string()));
    }
}
