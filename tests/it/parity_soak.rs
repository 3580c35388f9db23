//! The reference against itself: no alarm where it is steady, every alarm where it is not, and how that becomes a mask.

use serde_json::Value;

use crate::support::{Answer, MadeUp, Project, legacy_copy};

/// A queue whose title is the time to the nanosecond.
const WAVERING: &str = r#"title=$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)
printf '[{"id":"A-1","title":"%s","role":"A","depends_on":[],"acceptance_checks":[]}]\n' "$title"
"#;

/// One whose title is always the same.
const STEADY: &str = r#"printf '[{"id":"A-1","title":"same","role":"A","depends_on":[],"acceptance_checks":[]}]\n'
"#;

fn data(answer: &Answer) -> Value {
    let envelope: Value = serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{answer}"));
    envelope["data"].clone()
}

#[test]
fn the_real_scripts_raise_no_alarm() {
    let project = Project::repository();
    let reference = legacy_copy::standard().display().to_string();
    let words = ["parity", "soak", "--reference", &reference, "--pairs", "6", "--seed", "1", "--json"];
    let answer = project.run(&words);
    let data = data(&answer);
    assert_eq!(answer.code, 0, "{data:#}");
    assert_eq!((&data["pairs"], &data["counts"]["matched"]), (&6.into(), &6.into()));
    assert!(data["bytes"]["compared"].as_u64().unwrap() > 10_000, "{data:#}");
    assert_eq!(data["original_untouched"], true);
    assert!(project.root().join(".fairway/parity/soak-1/soak.json").is_file());
}

#[test]
fn rounds_go_on_where_they_were_left() {
    let made = MadeUp::new();
    made.scenario("again", MadeUp::usual());
    let soak = |pairs: &str, seed: &str| made.parity(&["soak", "--pairs", pairs, "--seed", seed, "--json"]);
    let first = soak("3", "7");
    assert_eq!(first.code, 0, "{first}");
    let first = data(&first);
    assert_eq!((&first["pairs"], &first["scenarios"]), (&3.into(), &2.into()));
    let on = data(&soak("5", "7"));
    assert_eq!((&on["pairs"], &on["steps"]), (&5.into(), &5.into()));
    assert_eq!(data(&soak("2", "7"))["pairs"], 5, "what was played is not forgotten");
    let other = soak("5", "8");
    assert_eq!(other.code, 1, "{other}");
    assert!(other.stderr.contains("seed 7"), "{other}");
    made.script(&format!("# Not the same any more.\n{WAVERING}"));
    assert_eq!(soak("9", "7").code, 1, "a journal is of one reference");
}

#[test]
fn a_variable_that_is_given_reaches_the_scripts() {
    let made = MadeUp::new();
    made.script(&format!("if [ \"$WAVERS\" = 'so it does' ]; then\n{WAVERING}exit\nfi\n{STEADY}"));
    let steady = made.parity(&["soak", "--pairs", "2", "--env", "WAVERS="]);
    assert_eq!(steady.code, 0, "{steady}");
    let wavering = made.parity(&["soak", "--pairs", "4", "--env", "WAVERS=so it does"]);
    assert_eq!(wavering.code, 5, "{wavering}");
    let refused = made.parity(&["soak", "--pairs", "4", "--env", "WAVERS"]);
    assert_eq!(refused.code, 1, "{refused}");
    assert!(refused.stderr.contains("NAME=VALUE"), "{refused}");
}

#[test]
fn an_alarm_is_shown_and_no_waiver_hides_it() {
    let made = MadeUp::new();
    made.script(WAVERING);
    made.data(
        "waivers.toml",
        "[[waivers]]\nid = \"title\"\nbehaviour = \"tiny\"\nscenario = \"ready\"\nchannel = \"answer\"\n\
         place = \"step 1 · answer · /tasks/0/title\"\ndiffers = \"any\"\nreason = \"any\"\nkind = \"by-design\"\n\
         decision = \"0004-process-level-comparison.md\"\n",
    );
    let answer = made.parity(&["soak", "--pairs", "2"]);
    assert_eq!(answer.code, 5, "{answer}");
    for part in ["pair 1, tiny/ready: mismatched", "  step 1 · answer · /tasks/0/title", "2 false alarm(s)"]
    {
        assert!(answer.stdout.contains(part), "{part} is missing in {answer}");
    }
    let raw = made.project.root().join("out/alarms/2/reference-1/01.stdout");
    assert!(raw.is_file(), "what each side printed is kept");
}

#[test]
fn noise_is_proposed_and_masks_when_a_person_signs_it() {
    let made = MadeUp::new();
    made.script(WAVERING);
    assert_eq!(made.parity(&["run"]).code, 5, "the reference disagrees with itself");
    let noise = made.project.ok(&["parity", "noise", "out", "--out", "proposed.toml"]);
    assert!(noise.contains("1 normaliser proposed"), "{noise}");
    let proposed = std::fs::read_to_string(made.project.root().join("proposed.toml")).unwrap();
    assert!(proposed.contains("place = \"answer · /tasks/0/title\"\nis = \"time\""), "{proposed}");
    made.data("normalisers.toml", &proposed);
    let unsigned = made.parity(&["soak", "--pairs", "2"]);
    assert_eq!(unsigned.code, 1, "{unsigned}");
    assert!(unsigned.stderr.contains("`owner` is blank"), "{unsigned}");
    let signed =
        proposed.replace("owner = \"\"", "owner = \"ops\"").replace("reason = \"\"", "reason = \"r\"");
    made.data("normalisers.toml", &signed);
    let masked = made.parity(&["soak", "--pairs", "2"]);
    assert!(masked.stdout.contains("0 false alarm(s)"), "{masked}");
    // A queue of one task whose title is noise: that much may not be masked.
    assert!(masked.stdout.contains("more than the 2 % that may be masked"), "{masked}");
    assert_eq!(masked.code, 5, "{masked}");
}
