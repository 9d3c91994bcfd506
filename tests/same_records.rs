//! `scripts/same-records` sees what it should: two commands that give the same, all but the rules' hash, and one that gives something else.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use serde_json::json;

/// A command that gives these records whatever it is asked; `threads` are those that it gives with more than one job.
fn command(home: &Path, name: &str, records: &str, threads: &str) -> String {
    let path = home.join(name);
    let script = format!("#!/bin/sh\ncase \"$*\" in *'--jobs 1'*) cat <<'E'\n{records}E\n;; *) cat <<'E'\n{threads}E\n;; esac\nexit 1\n");
    fs::write(&path, script).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("ours");
    path.display().to_string()
}

fn record(id: &str, rules: &str, name: &str) -> String {
    let engine = json!({"name": "signataire", "version": "1", "rules": rules});
    // The order of a record's fields, which the parser of JSON does not keep.
    format!(
        "{{\"schema_version\":\"1\",\"id\":{},\"source\":{{}},\"engine\":{engine},\"organizations\":[{{\"name\":{}}}]}}\n",
        json!(id),
        json!(name)
    )
}

fn run(home: &Path, old: &str, new: &str) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/same-records");
    Command::new("bash").arg(script).args([old, new, "in"]).current_dir(home).output().expect("it runs")
}

#[test]
fn what_differs_is_shown() {
    let home = tempfile::tempdir().expect("a folder");
    let old = record("a", "1f", "Fondation Tassa") + &record("b \"c\"", "1f", "Banque « X »");
    let same = record("a", "2e", "Fondation Tassa") + &record("b \"c\"", "2e", "Banque « X »");
    let other = record("a", "2e", "Fondation Tassa") + &record("b \"c\"", "2e", "Banque \"rules\":\"Y");
    let short = record("a", "2e", "Fondation Tassa");
    let old = command(home.path(), "old", &old, &old);
    let check = |what: &str, records: &str, threads: &str, fails: bool, told: &[&str]| {
        let output = run(home.path(), &old, &command(home.path(), "new", records, threads));
        let all = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(i32::from(fails)), "{what}\n{all}");
        for told in told {
            assert!(all.contains(told), "{what}: {told}\n{all}");
        }
    };
    check("the same but for the rules", &same, &same, false, &["2 records are the same"]);
    check(
        "another value",
        &other,
        &other,
        true,
        &["1 of 2 records differ; the first is 2, b \\\"c\\\"", "-\"name\":\"Banque « X »", "+\"name\":\"Banque \\\"rules\\\""],
    );
    check("a record less", &short, &short, true, &["the first is 2"]);
    check("other records with more threads", &same, &other, true, &["new --jobs 3: 1 of 2 records differ"]);
}
